package dev.penstock.pooler.console;

import dev.penstock.pooler.wire.ResultMessage;
import dev.penstock.pooler.wire.ResultMessage.Column;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The result of a SHOW: first its columns are named, then its rows are added. */
final class Table {
  private final List<Column> columns = new ArrayList<>();
  private final List<List<@Nullable String>> rows = new ArrayList<>();

  Table text(String... names) {
    return add(ResultMessage.Type.TEXT, names);
  }

  Table int4(String... names) {
    return add(ResultMessage.Type.INT4, names);
  }

  Table int8(String... names) {
    return add(ResultMessage.Type.INT8, names);
  }

  Table numeric(String... names) {
    return add(ResultMessage.Type.NUMERIC, names);
  }

  private Table add(ResultMessage.Type type, String... names) {
    Stream.of(names).map(name -> new Column(name, type)).forEach(columns::add);
    return this;
  }

  /** Adds a row; null is a value that is not there. */
  Table row(@Nullable Object... values) {
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(
          "%d values for %d columns".formatted(values.length, columns.size()));
    }
    List<@Nullable String> row = new ArrayList<>(values.length);
    for (Object value : values) {
      row.add(value == null ? null : value.toString());
    }
    rows.add(row);
    return this;
  }

  void write(ByteBuf out) {
    ResultMessage.writeRowDescription(out, columns);
    for (List<@Nullable String> row : rows) {
      ResultMessage.writeDataRow(out, row);
    }
  }
}
