/** Server connections and who may have one: the pools, the queue of waiting clients, the grant. */
@NullMarked
package dev.penstock.pooler.pool;

import org.jspecify.annotations.NullMarked;
