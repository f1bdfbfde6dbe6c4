/**
 * What the operator asks a database server: how many connections it allows, and whether those of a
 * vanished pod have ended.
 *
 * <p>Short connections out of the headroom, on virtual threads; answers are kept, so that no
 * reconciliation waits for a server.
 */
@NullMarked
package dev.penstock.operator.probe;

import org.jspecify.annotations.NullMarked;
