/** The way to what the operator believes of its instances, for the simulated world. */
@NullMarked
package dev.penstock.operator.fleet;

import org.jspecify.annotations.NullMarked;
