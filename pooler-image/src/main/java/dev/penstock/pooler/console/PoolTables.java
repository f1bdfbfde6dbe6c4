package dev.penstock.pooler.console;

import dev.penstock.pooler.client.Console;
import dev.penstock.pooler.pool.Pool;
import dev.penstock.pooler.pool.Pools;
import dev.penstock.pooler.pool.Slot;
import dev.penstock.pooler.server.ServerConnection;
import java.util.HashMap;
import java.util.Map;

/** {@code SHOW POOLS}, {@code PEER_POOLS}, {@code LISTS} and {@code GRANT}. */
final class PoolTables {
  private static final long MICROS = 1_000_000;
  private static final int UNLIMITED = Integer.MAX_VALUE;

  private final Inside inside;

  PoolTables(Inside inside) {
    this.inside = inside;
  }

  /** Server connections of one pool, by state. */
  private static final class Servers {
    private final Map<String, Integer> byState = new HashMap<>();

    void add(String state) {
      byState.merge(state, 1, Integer::sum);
    }

    int of(String state) {
      return byState.getOrDefault(state, 0);
    }
  }

  /** Where a server connection stands, in PgBouncer's words. */
  static String state(Pools pools, Slot slot) {
    return switch (slot.state()) {
      case CONNECTING -> "new";
      case IDLE -> pools.needsCheck(slot) ? "used" : "idle";
      case CLOSING, GONE -> "closing";
      case LOST -> "lost";
      case ACTIVE -> slot.backend() instanceof ServerConnection server ? server.stateName() : "";
    };
  }

  Table pools() {
    Table table =
        new Table()
            .text("database", "user")
            .int4("cl_active", "cl_waiting", "cl_active_cancel_req", "cl_waiting_cancel_req")
            .int4("sv_active", "sv_active_cancel", "sv_being_canceled", "sv_idle", "sv_used")
            .int4("sv_tested", "sv_login", "maxwait", "maxwait_us")
            .text("pool_mode", "load_balance_hosts");
    Map<Pool, Servers> servers = new HashMap<>();
    for (Slot slot : inside.pools().slots()) {
      servers.computeIfAbsent(slot.pool(), _ -> new Servers()).add(state(inside.pools(), slot));
    }
    Map<Pool, Integer> waiting = inside.clients().waitingByPool();
    long now = inside.pools().now();
    for (Pool pool : inside.pools().all()) {
      Servers own = servers.getOrDefault(pool, new Servers());
      long waited = (now - pool.oldestWait(now)) / 1000;
      int cancelling = inside.cancels().underWay(pool);
      table.row(
          pool.key().database(),
          pool.key().user(),
          // Lookups of users wait too, and are nobody's session.
          pool.clients() - waiting.getOrDefault(pool, 0),
          pool.waiting(),
          cancelling,
          inside.cancels().waiting(pool),
          own.of("active"),
          cancelling,
          own.of("being_canceled"),
          own.of("idle"),
          own.of("used"),
          own.of("tested"),
          own.of("new"),
          waited / MICROS,
          waited % MICROS,
          pool.settings().mode().spelling(),
          null);
    }
    return table.row(
        Console.DATABASE,
        Console.DATABASE,
        inside.clients().inConsole(),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        "statement",
        null);
  }

  Table peerPools() {
    return new Table()
        .int4("peer_id", "cl_active_cancel_req", "cl_waiting_cancel_req")
        .int4("sv_active_cancel", "sv_login");
  }

  Table lists() {
    DatabaseTables databases = new DatabaseTables(inside);
    return new Table()
        .text("list")
        .int4("items")
        // The console counts as a database and as a pool.
        .row("databases", databases.names().size() + 1)
        .row("users", databases.users().size())
        .row("peers", 0)
        .row("pools", inside.pools().all().size() + 1)
        .row("peer_pools", 0)
        .row("free_clients", 0)
        .row("used_clients", inside.pools().clients())
        .row("login_clients", inside.clients().loggingIn())
        .row("free_servers", 0)
        .row("used_servers", inside.pools().slots().size())
        .row("dns_names", 0)
        .row("dns_zones", 0)
        .row("dns_queries", 0)
        .row("dns_pending", 0);
  }

  Table grant() {
    var usage = inside.pools().currentUsage();
    return new Table()
        .int4("grant", "held")
        .int8("round")
        .text("incarnation")
        .row(
            usage.grant() == UNLIMITED ? null : usage.grant(),
            usage.held(),
            inside.round().getAsLong(),
            inside.incarnation());
  }
}
