/** The pooler: the program and how its parts are put together. */
@NullMarked
package dev.penstock.pooler;

import org.jspecify.annotations.NullMarked;
