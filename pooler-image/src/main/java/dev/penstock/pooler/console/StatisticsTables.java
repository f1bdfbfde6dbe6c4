package dev.penstock.pooler.console;

import dev.penstock.pooler.client.Console;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.pool.Counts;
import dev.penstock.pooler.pool.Pool;
import dev.penstock.pooler.pool.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code SHOW STATS}, {@code STATS_TOTALS}, {@code STATS_AVERAGES} and {@code TOTALS}. */
final class StatisticsTables {
  private static final String[] TOTALS = {
    "server_assignment_count",
    "xact_count",
    "query_count",
    "received",
    "sent",
    "xact_time",
    "query_time",
    "wait_time",
    "client_parse_count",
    "server_parse_count",
    "bind_count",
    "client_login_count"
  };

  private final Inside inside;
  private final Traffic console;
  private final Averages averages;

  /**
   * @param console what has passed through the console itself
   */
  StatisticsTables(Inside inside, Traffic console) {
    this.inside = inside;
    this.console = console;
    this.averages = new Averages(inside.pools()::now);
  }

  /** To be called a few times a second. */
  void tick() {
    int seconds = inside.config().get().settings().get(Settings.STATS_PERIOD);
    averages.tick(Duration.ofSeconds(seconds), this::byDatabase);
  }

  Table stats() {
    Table table = new Table().text("database");
    for (String name : TOTALS) {
      table.numeric("total_" + name);
    }
    for (String name : TOTALS) {
      table.numeric("avg_" + (name.equals("received") ? "recv" : name));
    }
    byDatabase()
        .forEach(
            (database, counts) -> {
              List<@Nullable Object> row = new ArrayList<>();
              row.add(database);
              row.addAll(values(counts));
              row.addAll(values(averages.of(database, counts)));
              table.row(row.toArray());
            });
    return table;
  }

  Table totalsByDatabase() {
    Table table =
        new Table()
            .text("database")
            .numeric("server_assignment_count", "xact_count", "query_count", "bytes_received")
            .numeric("bytes_sent", "xact_time", "query_time", "wait_time", "client_parse_count")
            .numeric("server_parse_count", "bind_count", "client_login_count");
    byDatabase().forEach((database, counts) -> add(table, database, counts));
    return table;
  }

  Table averagesByDatabase() {
    Table table =
        new Table()
            .text("database")
            .numeric("server_assignment_count", "xact_count", "query_count", "bytes_received")
            .numeric("bytes_sent", "xact_time", "query_time", "wait_time")
            // Three with a prefix and nine without: so PgBouncer has them.
            .numeric("avg_client_parse_count", "avg_server_parse_count", "avg_bind_count")
            .numeric("client_login_count");
    byDatabase().forEach((database, counts) -> add(table, database, averages.of(database, counts)));
    return table;
  }

  Table totals() {
    Map<String, Counts> all = byDatabase();
    Counts total = all.values().stream().reduce(Counts.NONE, Counts::plus);
    Table table = new Table().text("name").numeric("value");
    add(table, "total_", values(total));
    add(table, "avg_", values(averages.ofAll(all)));
    return table;
  }

  private static void add(Table table, String prefix, List<Long> values) {
    String[] names = {
      "server_assignment_count",
      "xact_count",
      "query_count",
      "client_bytes",
      "server_bytes",
      "xact_time",
      "query_time",
      "wait_time",
      "ps_client_parse_count",
      "ps_server_parse_count",
      "ps_bind_count",
      "client_login_count"
    };
    for (int i = 0; i < names.length; i++) {
      table.row(prefix + names[i], values.get(i));
    }
  }

  private static void add(Table table, String database, Counts counts) {
    List<@Nullable Object> row = new ArrayList<>();
    row.add(database);
    row.addAll(values(counts));
    table.row(row.toArray());
  }

  /** The counters by database, in the order of their names. */
  private Map<String, Counts> byDatabase() {
    Map<String, Counts> counts = new TreeMap<>();
    for (Pool pool : inside.pools().all()) {
      counts.merge(pool.key().database(), pool.counts(), Counts::plus);
    }
    counts.put(Console.DATABASE, console.counts(0, 0));
    return counts;
  }

  private static List<Long> values(Counts counts) {
    return List.of(
        counts.serverAssignments(),
        counts.transactions(),
        counts.queries(),
        counts.received(),
        counts.sent(),
        counts.transactionMicros(),
        counts.queryMicros(),
        counts.waitMicros(),
        counts.clientParses(),
        counts.serverParses(),
        counts.binds(),
        counts.logins());
  }
}
