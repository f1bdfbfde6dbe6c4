package dev.penstock.pooler.server;

/**
 * Where a server connection stands.
 *
 * <pre>
 *   Connecting ──▶ LoggingIn ──▶ Idle ◀──────────▶ Active
 *       │              │        ▲ │ ▲               │ ╲
 *       │              │        │ │ ╰── Returning ◀─╯  ╲ a session that ended,
 *       │              │        │ │  (a cancel is under  ╲ or a check of an idle one
 *       │              │        │ │   way)                ▼
 *       │              │        ╰─┼─────────────────── Resetting
 *       ▼              ▼          ▼                       │
 *     Closing ◀────────┴──────────┴───────────────────────╯      Asked: from Idle and back to it
 * </pre>
 */
sealed interface ServerState {

  /** The name is being resolved, or {@code connect()} is under way. */
  record Connecting() implements ServerState {}

  /** From the first byte sent to the first ReadyForQuery. */
  record LoggingIn(LoginConversation login) implements ServerState {}

  /** Clean, and in its pool. */
  record Idle() implements ServerState {}

  /** Lent. */
  record Active(Guest guest) implements ServerState {}

  /** Answers a question of the pooler's own, after which it goes back to its pool. */
  record Asked(OwnQuery query) implements ServerState {}

  /** Runs a statement of the pooler's own, after which it goes back to its pool. */
  record Resetting() implements ServerState {}

  /** Clean, but a cancel request may still hit it. */
  record Returning() implements ServerState {}

  /** Told to end, or given up; waits for the server's end of stream. */
  record Closing() implements ServerState {}

  ServerState CONNECTING = new Connecting();
  ServerState IDLE = new Idle();
  ServerState RESETTING = new Resetting();
  ServerState RETURNING = new Returning();
  ServerState CLOSING = new Closing();
}
