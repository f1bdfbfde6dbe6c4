/** Tests of what is said of a resource, and when. */
@NullMarked
package dev.penstock.operator.status;

import org.jspecify.annotations.NullMarked;
