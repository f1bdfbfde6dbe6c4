/** The conversation with instances under test, and an instance to talk to. */
@NullMarked
package dev.penstock.operator.fleet;

import org.jspecify.annotations.NullMarked;
