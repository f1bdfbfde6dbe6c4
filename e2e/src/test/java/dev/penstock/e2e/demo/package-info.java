@NullMarked
package dev.penstock.e2e.demo;

import org.jspecify.annotations.NullMarked;
