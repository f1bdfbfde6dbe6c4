/** The reconciliation under test: its pure parts, and the whole against a real API server. */
@NullMarked
package dev.penstock.operator.pool;

import org.jspecify.annotations.NullMarked;
