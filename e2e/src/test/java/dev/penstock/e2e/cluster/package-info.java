@NullMarked
package dev.penstock.e2e.cluster;

import org.jspecify.annotations.NullMarked;
