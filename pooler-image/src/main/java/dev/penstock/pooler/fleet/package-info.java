/**
 * The instance as others see it: the port on which the operator sets the grant and hears how it is
 * going, and the plain one for probes and metrics.
 *
 * <p>Both are served by threads of their own; the event loop is only ever asked, never blocked.
 */
@NullMarked
package dev.penstock.pooler.fleet;

import org.jspecify.annotations.NullMarked;
