/**
 * The applications in front of a pool, and beside it: how many pods they have, what the pool in
 * each of them should be, and what those that go past the poolers take of the server's budget.
 *
 * <p>What is computed is pure; only {@link dev.penstock.operator.workload.Workloads} and what it
 * watches with know of a cluster.
 */
@NullMarked
package dev.penstock.operator.workload;

import org.jspecify.annotations.NullMarked;
