/**
 * Prepared statements that follow a client from one server connection to the next
 * (max_prepared_statements): what a client calls a statement, what the servers call it, and which
 * of them know it.
 */
@NullMarked
package dev.penstock.pooler.prepared;

import org.jspecify.annotations.NullMarked;
