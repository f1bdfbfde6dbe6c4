/**
 * The reconciliation of a ConnectionPool, split by duty: gather what is ({@link
 * dev.penstock.operator.pool.Roster}, {@link dev.penstock.operator.pool.References}), decide
 * ({@link dev.penstock.operator.pool.GrantRound}), write the status with the ledger ({@link
 * dev.penstock.operator.pool.PoolStore}), and only then tell the instances and apply the children.
 */
@NullMarked
package dev.penstock.operator.pool;

import org.jspecify.annotations.NullMarked;
