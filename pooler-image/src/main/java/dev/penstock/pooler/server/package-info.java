/**
 * Connections to database servers: opening them, logging in, lending them to clients, cancelling.
 */
@NullMarked
package dev.penstock.pooler.server;

import org.jspecify.annotations.NullMarked;
