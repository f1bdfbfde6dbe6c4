@NullMarked
package dev.penstock.e2e.client;

import org.jspecify.annotations.NullMarked;
