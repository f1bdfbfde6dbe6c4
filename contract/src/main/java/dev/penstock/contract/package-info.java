/**
 * The messages between the operator and an instance, as JSON over HTTPS with mutual TLS.
 *
 * <p>The operator calls; an instance only answers. Unknown members are ignored on both sides, so
 * that an operator and an instance of neighbouring versions understand each other.
 */
@NullMarked
package dev.penstock.contract;

import org.jspecify.annotations.NullMarked;
