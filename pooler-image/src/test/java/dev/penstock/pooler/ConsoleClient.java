package dev.penstock.pooler;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A client of the admin console, as psql is one: simple queries, results as text. */
public final class ConsoleClient implements AutoCloseable {
  /** Stands for a value that is not there. */
  public static final String NULL = "(null)";

  private final RawClient client;

  private ConsoleClient(RawClient client) {
    this.client = client;
  }

  /** Logs in where the pooler trusts everyone. */
  public static ConsoleClient login(PoolerFixture pooler, String user) {
    RawClient client = pooler.raw();
    client.startup("user", user, "database", "pgbouncer", "application_name", "test");
    client.until('Z');
    return new ConsoleClient(client);
  }

  /**
   * A result.
   *
   * @param types by their numbers in {@code pg_type}
   */
  public record Result(
      List<String> columns, List<Integer> types, List<List<String>> rows, String tag) {

    /** The rows, by the names of their columns. */
    public List<Map<String, String>> byName() {
      List<Map<String, String>> all = new ArrayList<>();
      for (List<String> row : rows) {
        Map<String, String> named = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
          named.put(columns.get(i), row.get(i));
        }
        all.add(named);
      }
      return all;
    }

    /** The row in which a column has a value. */
    public Map<String, String> row(String column, String value) {
      return byName().stream()
          .filter(row -> value.equals(row.get(column)))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no " + column + " = " + value + " in " + rows));
    }
  }

  /** One value of a configuration's table, or of another of that form. */
  public String value(String command, String key) {
    return show(command).row("key", key).getOrDefault("value", "");
  }

  public RawClient raw() {
    return client;
  }

  /** Sends a command without waiting for what comes of it. */
  public void send(String command) {
    client.query(command);
  }

  /** Has a command done that gives rows. */
  public Result show(String command) {
    return result(messages(command));
  }

  /** Has a command done that gives none; the tag. */
  public String run(String command) {
    return show(command).tag();
  }

  /** Has a command refused; the error. */
  public RawClient.Message refused(String command) {
    List<RawClient.Message> messages = messages(command);
    return messages.stream()
        .filter(message -> message.type() == 'E')
        .findFirst()
        .orElseThrow(() -> new AssertionError("not refused: " + messages));
  }

  /** What answers a command that was sent. */
  public Result answer() {
    return result(client.until('Z'));
  }

  private List<RawClient.Message> messages(String command) {
    send(command);
    return client.until('Z');
  }

  private static Result result(List<RawClient.Message> messages) {
    List<String> columns = new ArrayList<>();
    List<Integer> types = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    String tag = "";
    for (RawClient.Message message : messages) {
      ByteBuffer body = ByteBuffer.wrap(message.text().getBytes(StandardCharsets.ISO_8859_1));
      switch (message.type()) {
        case 'T' -> {
          int count = body.getShort();
          for (int i = 0; i < count; i++) {
            columns.add(string(body));
            body.getInt();
            body.getShort();
            types.add(body.getInt());
            body.getShort();
            body.getInt();
            body.getShort();
          }
        }
        case 'D' -> {
          int count = body.getShort();
          List<String> row = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            row.add(value(body));
          }
          rows.add(row);
        }
        case 'C' -> tag = string(body);
        case 'E' -> throw new AssertionError("refused: " + message);
        default -> {
          // A notice, or the end.
        }
      }
    }
    return new Result(columns, types, rows, tag);
  }

  private static String string(ByteBuffer body) {
    StringBuilder text = new StringBuilder();
    for (byte character = body.get(); character != 0; character = body.get()) {
      text.append((char) character);
    }
    return text.toString();
  }

  private static String value(ByteBuffer body) {
    int length = body.getInt();
    if (length < 0) {
      return NULL;
    }
    byte[] bytes = new byte[length];
    body.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    client.close();
  }
}
