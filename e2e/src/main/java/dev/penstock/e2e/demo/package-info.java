/**
 * The demo: a pool on a real cluster, scaled up and down under load, with the server as witness.
 */
@NullMarked
package dev.penstock.e2e.demo;

import org.jspecify.annotations.NullMarked;
