/** The way to the keeper of the ledger, for the simulated world. */
@NullMarked
package dev.penstock.operator.server;

import org.jspecify.annotations.NullMarked;
