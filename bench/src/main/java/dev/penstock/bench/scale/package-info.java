/**
 * The operator at scale: a real API server, the real operator, and a world of fleets made up around
 * them.
 */
@NullMarked
package dev.penstock.bench.scale;

import org.jspecify.annotations.NullMarked;
