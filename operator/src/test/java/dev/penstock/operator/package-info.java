/** The operator as a whole under test. */
@NullMarked
package dev.penstock.operator;

import org.jspecify.annotations.NullMarked;
