/**
 * The way to the instances: their certificates, what they report, and what they are told.
 *
 * <p>One long poll for each pod, all on one event loop; nothing here blocks a reconciliation.
 */
@NullMarked
package dev.penstock.operator.fleet;

import org.jspecify.annotations.NullMarked;
