/** The way to the pooler's fleet port for the simulated world. */
@NullMarked
package dev.penstock.pooler.fleet;

import org.jspecify.annotations.NullMarked;
