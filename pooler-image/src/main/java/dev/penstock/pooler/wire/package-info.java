/**
 * The PostgreSQL frontend/backend protocol, version 3: frames, the messages the pooler writes
 * itself, and the count of replies still owed. Knows nothing of pools or sessions.
 */
@NullMarked
package dev.penstock.pooler.wire;

import org.jspecify.annotations.NullMarked;
