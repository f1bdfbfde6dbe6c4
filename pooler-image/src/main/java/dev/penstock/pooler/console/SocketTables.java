package dev.penstock.pooler.console;

import dev.penstock.pooler.client.ClientView;
import dev.penstock.pooler.pool.Slot;
import dev.penstock.pooler.server.ServerConnection;
import dev.penstock.pooler.server.ServerView;
import dev.penstock.pooler.server.SocketView;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code SHOW CLIENTS}, {@code SERVERS}, {@code SOCKETS} and {@code ACTIVE_SOCKETS}. */
final class SocketTables {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss z", Locale.ROOT)
          .withZone(ZoneId.systemDefault());
  private static final long MICROS = 1_000_000;
  private static final int LOW_LEVEL_COLUMNS = 7;
  private static final Set<String> UNSEEN = Set.of("login", "closing");
  private static final Set<String> ACTIVE = Set.of("active", "waiting", "tested", "new");

  /** What SHOW SOCKETS calls the states of server connections that it has other words for. */
  private static final Map<String, String> LOW_LEVEL = Map.of("new", "login");

  private final Inside inside;

  SocketTables(Inside inside) {
    this.inside = inside;
  }

  Table clients() {
    Table table = columns(false);
    Map<Long, Slot> servers = servers();
    for (ClientView client : inside.clients().views()) {
      if (!UNSEEN.contains(client.state())) {
        table.row(row(client, client.state(), servers, false));
      }
    }
    return table;
  }

  Table serversTable() {
    Table table = columns(false);
    Map<Long, ClientView> clients = clientsByServer();
    for (Slot slot : inside.pools().slots()) {
      table.row(row(slot, PoolTables.state(inside.pools(), slot), clients, false));
    }
    return table;
  }

  Table sockets(boolean activeOnly) {
    Table table = columns(true);
    Map<Long, Slot> servers = servers();
    for (ClientView client : inside.clients().views()) {
      if (!client.state().equals("closing") && (!activeOnly || ACTIVE.contains(client.state()))) {
        String state = client.state().equals("idle") ? "active" : client.state();
        table.row(row(client, "cl_" + state, servers, true));
      }
    }
    Map<Long, ClientView> clients = clientsByServer();
    for (Slot slot : inside.pools().slots()) {
      String state = PoolTables.state(inside.pools(), slot);
      if (!activeOnly || ACTIVE.contains(state)) {
        table.row(row(slot, "sv_" + LOW_LEVEL.getOrDefault(state, state), clients, true));
      }
    }
    return table;
  }

  private static Table columns(boolean lowLevel) {
    Table table =
        new Table()
            .text("type", "user", "database", "replication", "state", "addr")
            .int4("port")
            .text("local_addr")
            .int4("local_port")
            .text("connect_time", "request_time")
            .int4("wait", "wait_us", "close_needed")
            .text("ptr", "link")
            .int4("remote_pid")
            .text("tls", "application_name")
            .int4("prepared_statements", "id");
    return lowLevel
        ? table.int4(
            "recv_pos",
            "pkt_pos",
            "pkt_remain",
            "send_pos",
            "send_remain",
            "pkt_avail",
            "send_avail")
        : table;
  }

  private @Nullable Object[] row(
      ClientView client, String state, Map<Long, Slot> servers, boolean lowLevel) {
    SocketView socket = client.socket();
    long waited = client.waitNanos() / 1000;
    return complete(
        lowLevel,
        "C",
        client.user().isEmpty() ? "(nouser)" : client.user(),
        client.database().isEmpty() ? "(nodb)" : client.database(),
        "none",
        state,
        socket.address(),
        socket.port(),
        socket.localAddress(),
        socket.localPort(),
        time(client.connected()),
        time(client.requested()),
        waited / MICROS,
        waited % MICROS,
        0,
        pointer(client.id()),
        servers.containsKey(client.server()) ? pointer(client.server()) : "",
        0,
        socket.tls(),
        client.applicationName(),
        client.preparedStatements(),
        client.id());
  }

  private @Nullable Object[] row(
      Slot slot, String state, Map<Long, ClientView> clients, boolean lowLevel) {
    ClientView client = clients.get(slot.id());
    ServerView server =
        slot.backend() instanceof ServerConnection connection
            ? connection.view()
            : new ServerView(SocketView.NONE, 0, 0);
    SocketView socket = server.socket();
    return complete(
        lowLevel,
        "S",
        slot.pool().key().user(),
        slot.pool().key().database(),
        "none",
        state,
        socket.address(),
        socket.port(),
        socket.localAddress(),
        socket.localPort(),
        time(slot.opened()),
        time(client == null ? slot.since() : client.requested()),
        0,
        0,
        slot.isOutdated() ? 1 : 0,
        pointer(slot.id()),
        client == null ? "" : pointer(client.id()),
        server.processId(),
        socket.tls(),
        client == null ? "" : client.applicationName(),
        server.preparedStatements(),
        slot.id());
  }

  /** The positions within buffers that PgBouncer tells have no counterpart here. */
  private static @Nullable Object[] complete(boolean lowLevel, @Nullable Object... values) {
    if (!lowLevel) {
      return values;
    }
    @Nullable Object[] all = Arrays.copyOf(values, values.length + LOW_LEVEL_COLUMNS);
    Arrays.fill(all, values.length, all.length, 0);
    return all;
  }

  private Map<Long, Slot> servers() {
    Map<Long, Slot> servers = new HashMap<>();
    inside.pools().slots().forEach(slot -> servers.put(slot.id(), slot));
    return servers;
  }

  private Map<Long, ClientView> clientsByServer() {
    Map<Long, ClientView> clients = new HashMap<>();
    inside.clients().views().forEach(client -> clients.put(client.server(), client));
    return clients;
  }

  private String time(long nanos) {
    return TIME.format(Instant.now().minusNanos(inside.pools().now() - nanos));
  }

  private static String pointer(long id) {
    return "0x" + Long.toHexString(id);
  }
}
