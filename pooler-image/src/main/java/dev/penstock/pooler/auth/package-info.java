/**
 * Who may come in, and how the pooler itself logs in: passwords, MD5, SCRAM-SHA-256 (RFC 5802, RFC
 * 7677), certificates and TLS.
 *
 * <p>State machines over the bodies of messages, without channels: what comes from the network goes
 * in, the next step comes out, and nothing that the other side sends makes an exception escape.
 */
@NullMarked
package dev.penstock.pooler.auth;

import org.jspecify.annotations.NullMarked;
