/**
 * From a resource to the manifests of its children: pure functions, without a cluster.
 *
 * <p>What is rendered has no empty, zero or defaultable members beyond what has to be said, so that
 * server-side apply of the same resource twice changes nothing.
 */
@NullMarked
package dev.penstock.operator.desired;

import org.jspecify.annotations.NullMarked;
