/**
 * The law in a simulated world: the real classes of operator and pooler, in one thread and in
 * simulated time.
 */
@NullMarked
package dev.penstock.simulation;

import org.jspecify.annotations.NullMarked;
