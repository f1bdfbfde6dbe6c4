/** The demo's client: an application that moves money between accounts through a driver's pool. */
@NullMarked
package dev.penstock.e2e.client;

import org.jspecify.annotations.NullMarked;
