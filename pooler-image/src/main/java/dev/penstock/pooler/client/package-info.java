/** Connections from clients: start-up, login, and what goes to and fro while one has a server. */
@NullMarked
package dev.penstock.pooler.client;

import org.jspecify.annotations.NullMarked;
