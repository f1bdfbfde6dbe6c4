/**
 * The reconciliation of a DatabaseServer: who shares it, who gets how much of it, and the ledger
 * that keeps the law.
 *
 * <p>{@link dev.penstock.operator.server.GrantKeeper} gathers ({@link
 * dev.penstock.operator.server.Roster}), decides ({@link dev.penstock.operator.server.GrantRound}),
 * writes the status with the ledger ({@link dev.penstock.operator.server.LedgerStore}), and only
 * then tells the instances. What a pool's own status says of it is handed over as a {@link
 * dev.penstock.operator.server.PoolShare}.
 */
@NullMarked
package dev.penstock.operator.server;

import org.jspecify.annotations.NullMarked;
