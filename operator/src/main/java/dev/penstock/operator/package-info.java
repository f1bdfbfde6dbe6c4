/** The operator's process: its settings, its probes, its start and its end. */
@NullMarked
package dev.penstock.operator;

import org.jspecify.annotations.NullMarked;
