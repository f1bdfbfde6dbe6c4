/**
 * The messages between the operator and an instance, as JSON over HTTPS with mutual TLS.
 *
 * <p>The operator calls; an instance only answers. One message goes from instance to instance:
 * {@link dev.penstock.contract.CancelRequest}. Unknown members are ignored on both sides, so that
 * an operator and an instance of neighbouring versions understand each other.
 */
@NullMarked
package dev.penstock.contract;

import org.jspecify.annotations.NullMarked;
