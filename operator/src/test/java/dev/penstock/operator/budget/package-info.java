/** The law under test, as a law. */
@NullMarked
package dev.penstock.operator.budget;

import org.jspecify.annotations.NullMarked;
