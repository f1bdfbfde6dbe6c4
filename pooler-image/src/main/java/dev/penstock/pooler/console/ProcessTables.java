package dev.penstock.pooler.console;

import dev.penstock.pooler.config.Setting;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.pool.Holds;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.util.Comparator;

/** {@code SHOW VERSION}, {@code CONFIG}, {@code STATE}, {@code MEM} and those of DNS. */
final class ProcessTables {
  /** The PgBouncer whose console this is like: tools look for it at the start of the version. */
  static final String REFERENCE = "1.26.0";

  private final Inside inside;

  ProcessTables(Inside inside) {
    this.inside = inside;
  }

  Table version() {
    return new Table().text("version").row(AdminConsole.version(inside.version()));
  }

  Table config() {
    Settings settings = inside.config().get().settings();
    Table table = new Table().text("key", "value", "default", "changeable");
    Settings.table().stream()
        .sorted(Comparator.comparing(Setting::name))
        .forEach(
            setting ->
                table.row(
                    setting.name(),
                    settings.written(setting),
                    setting.defaultText(),
                    setting.reloadable() ? "yes" : "no"));
    return table;
  }

  Table state() {
    Holds holds = inside.pools().holds();
    return new Table()
        .text("key", "value")
        .row("active", holds.isPaused() || holds.isSuspended() ? "no" : "yes")
        .row("paused", holds.isPaused() ? "yes" : "no")
        .row("suspended", holds.isSuspended() ? "yes" : "no");
  }

  /** What the process has, since there are no slabs of connections to tell of. */
  Table memory() {
    Runtime runtime = Runtime.getRuntime();
    long heap = runtime.totalMemory();
    Table table =
        new Table()
            .text("name")
            .int4("size", "used", "free", "memtotal")
            .row(
                "heap",
                1,
                int4(heap - runtime.freeMemory()),
                int4(runtime.freeMemory()),
                int4(heap));
    if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider allocator) {
      int direct = int4(allocator.metric().usedDirectMemory());
      table.row("direct_buffers", 1, direct, 0, direct);
    }
    return table;
  }

  private static int int4(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, bytes);
  }

  /** Names are resolved by the system, which keeps what it has learned to itself. */
  Table dnsHosts() {
    return new Table().text("hostname").int8("ttl").text("addrs");
  }

  Table dnsZones() {
    return new Table().text("zonename").int8("serial").int4("count");
  }
}
