package dev.penstock.pooler.client;

import dev.penstock.pooler.server.ServerConnection;

/**
 * Where a client connection stands.
 *
 * <pre>
 *   Starting ──▶ Greeting ──▶ Idle ◀──────────────╮
 *      │   login    │    a      │ first message    │ ReadyForQuery says idle and nothing is owed
 *      │            │  server   ▼                  │ (session mode: not before the client leaves)
 *      │            │  is     Waiting ──▶ Active ──╯
 *      │            │  known    │           │
 *      ▼            ▼           ▼           ▼
 *    Closing ◀──────┴───────────┴───────────╯   Closing is also reached from Idle
 *       ▲
 *    InConsole ◀── Starting, of a client that asks for the console
 * </pre>
 */
sealed interface ClientState {

  /** Start-up packet, TLS, authentication. */
  record Starting(ClientStartup startup) implements ClientState {}

  /** Authenticated; the pool has not seen a server yet. */
  record Greeting() implements ClientState {}

  /** Logged in, without a server connection. */
  record Idle() implements ClientState {}

  /** In its pool's queue; what it sent is kept, up to a limit. */
  record Waiting() implements ClientState {}

  /** Has a server connection. */
  record Active(ServerConnection server) implements ClientState {}

  /** Talks to the console, and never has a server connection. */
  record InConsole(ConsoleSession session) implements ClientState {}

  /** Told to go, or gone. */
  record Closing() implements ClientState {}

  ClientState GREETING = new Greeting();
  ClientState IDLE = new Idle();
  ClientState WAITING = new Waiting();
  ClientState CLOSING = new Closing();
}
