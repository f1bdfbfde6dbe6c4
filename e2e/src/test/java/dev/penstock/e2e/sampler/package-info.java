@NullMarked
package dev.penstock.e2e.sampler;

import org.jspecify.annotations.NullMarked;
