/**
 * The configuration: PgBouncer's file formats, read into immutable values.
 *
 * <p>Knows names, defaults and units; knows nothing of connections. Whatever is not understood is
 * refused by file and line, and all that is wrong with a file is said at once.
 */
@NullMarked
package dev.penstock.pooler.config;

import org.jspecify.annotations.NullMarked;
