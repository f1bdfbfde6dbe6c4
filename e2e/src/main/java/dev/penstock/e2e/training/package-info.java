/** The load under which the pooler of the image learns what to have ready at its start. */
@NullMarked
package dev.penstock.e2e.training;

import org.jspecify.annotations.NullMarked;
