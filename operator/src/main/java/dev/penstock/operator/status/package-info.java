/** What the operator says of a pool: conditions, Events and metrics. */
@NullMarked
package dev.penstock.operator.status;

import org.jspecify.annotations.NullMarked;
