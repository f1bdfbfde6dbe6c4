/** The questions to a database server under test, with a real one. */
@NullMarked
package dev.penstock.operator.probe;

import org.jspecify.annotations.NullMarked;
