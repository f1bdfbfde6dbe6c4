/** What a pool must bear: each fault under load, with the server as witness. */
@NullMarked
package dev.penstock.e2e.faults;

import org.jspecify.annotations.NullMarked;
