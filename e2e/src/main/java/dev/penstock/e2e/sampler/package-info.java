/**
 * The witness: how many connections the database server itself says it has, many times a second.
 */
@NullMarked
package dev.penstock.e2e.sampler;

import org.jspecify.annotations.NullMarked;
