/**
 * The law, as pure functions: what a server's budget is, who gets how much of it, and in which
 * order that may be made true.
 *
 * <p>Numbers in, numbers out. Nothing here knows of Kubernetes, of a network or of a clock, so that
 * it is read and tested without them. All types are immutable and safe for use by any thread.
 */
@NullMarked
package dev.penstock.operator.budget;

import org.jspecify.annotations.NullMarked;
