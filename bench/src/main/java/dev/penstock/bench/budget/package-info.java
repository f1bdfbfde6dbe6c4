/** Benchmarks of the decision and the ledger, which run at every change of a server. */
@NullMarked
package dev.penstock.bench.budget;

import org.jspecify.annotations.NullMarked;
