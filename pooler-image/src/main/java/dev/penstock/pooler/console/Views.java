package dev.penstock.pooler.console;

import dev.penstock.pooler.pool.Traffic;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All that can be shown, by name. */
final class Views {
  private final StatisticsTables statistics;
  private final Map<String, Supplier<Table>> tables;

  Views(Inside inside, Traffic console) {
    PoolTables pools = new PoolTables(inside);
    DatabaseTables databases = new DatabaseTables(inside);
    SocketTables sockets = new SocketTables(inside);
    ProcessTables process = new ProcessTables(inside);
    statistics = new StatisticsTables(inside, console);
    tables =
        Map.ofEntries(
            Map.entry("active_sockets", () -> sockets.sockets(true)),
            Map.entry("clients", sockets::clients),
            Map.entry("config", process::config),
            Map.entry("databases", databases::databases),
            Map.entry("dns_hosts", process::dnsHosts),
            Map.entry("dns_zones", process::dnsZones),
            Map.entry("grant", pools::grant),
            Map.entry("lists", pools::lists),
            Map.entry("mem", process::memory),
            Map.entry("peer_pools", pools::peerPools),
            Map.entry("peers", databases::peers),
            Map.entry("pools", pools::pools),
            Map.entry("servers", sockets::serversTable),
            Map.entry("sockets", () -> sockets.sockets(false)),
            Map.entry("state", process::state),
            Map.entry("stats", statistics::stats),
            Map.entry("stats_averages", statistics::averagesByDatabase),
            Map.entry("stats_totals", statistics::totalsByDatabase),
            Map.entry("totals", statistics::totals),
            Map.entry("users", databases::usersTable),
            Map.entry("version", process::version));
  }

  /** The table of that name as it is now; null when there is none. */
  @Nullable Table show(String name) {
    Supplier<Table> table = tables.get(name.toLowerCase(Locale.ROOT));
    return table == null ? StandIns.show(name) : table.get();
  }

  /** To be called a few times a second. */
  void tick() {
    statistics.tick();
  }
}
