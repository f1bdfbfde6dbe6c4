/**
 * The admin console: what clients of the virtual database {@code pgbouncer} may ask and have done.
 * Columns, types and words are PgBouncer's; what means nothing here is empty or zero. All of it
 * runs on the event loop.
 */
@NullMarked
package dev.penstock.pooler.console;

import org.jspecify.annotations.NullMarked;
