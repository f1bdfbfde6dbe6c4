package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** What is larger than the pooler's memory should ever be. */
class CopyIT {
  private static final PostgresFixture POSTGRES = PostgresFixture.shared();
  private static final int LINE = 1000;
  private static final int LINES = 100_000;

  /** The pooler's buffers: far less than what passes through. */
  private static final long MOST_BUFFERED = 24L * 1024 * 1024;

  private static long buffered() {
    return PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
  }

  /** Lines of text, and the most that was buffered while they were read. */
  private static final class Lines extends InputStream {
    private final byte[] line = new byte[LINE];
    private int position;
    private int left = LINES;
    private long mostBuffered;

    Lines() {
      Arrays.fill(line, (byte) 'x');
      line[LINE - 1] = '\n';
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (left == 0) {
        return -1;
      }
      int copied = Math.min(length, LINE - position);
      System.arraycopy(line, position, target, offset, copied);
      position = (position + copied) % LINE;
      if (position == 0) {
        left--;
        mostBuffered = Math.max(mostBuffered, buffered());
      }
      return copied;
    }
  }

  /** Counts bytes, and the most that was buffered meanwhile. */
  private static final class Counter extends OutputStream {
    private long bytes;
    private long mostBuffered;

    @Override
    public void write(int value) {
      bytes++;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      bytes += length;
      mostBuffered = Math.max(mostBuffered, buffered());
    }
  }

  @Test
  void aHundredMegabytesAreCopiedInAndOutWithoutBeingGathered() throws Exception {
    try (PoolerFixture pooler = PoolerFixture.before(POSTGRES).start();
        Connection connection = pooler.connect();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("create temporary table big (line text) on commit drop");
      var copy = connection.unwrap(PGConnection.class).getCopyAPI();
      Lines lines = new Lines();

      assertThat(copy.copyIn("copy big from stdin", lines)).isEqualTo(LINES);
      Counter counter = new Counter();
      assertThat(copy.copyOut("copy big to stdout", counter)).isEqualTo(LINES);

      assertThat(counter.bytes).isEqualTo((long) LINES * LINE);
      assertThat(lines.mostBuffered).isLessThan(MOST_BUFFERED);
      assertThat(counter.mostBuffered).isLessThan(MOST_BUFFERED);
      connection.commit();
    }
  }

  @Test
  void aRowLargerThanTheBuffersArrivesWhole() throws SQLException {
    int length = 64 * 1024 * 1024;
    try (PoolerFixture pooler = PoolerFixture.before(POSTGRES).start();
        Connection connection = pooler.connect();
        var statement = connection.prepareStatement("select repeat('x', ?), ?")) {
      statement.setInt(1, length);
      statement.setString(2, "y".repeat(1024 * 1024));
      try (var result = statement.executeQuery()) {
        result.next();
        assertThat(result.getString(1)).hasSize(length);
        assertThat(result.getString(2)).hasSize(1024 * 1024);
      }
    }
  }

  @Test
  void aSlowReaderHoldsTheServerBackInsteadOfFillingTheMemory() {
    try (PoolerFixture pooler = PoolerFixture.before(POSTGRES).set("auth_type", "trust").start();
        RawClient slow = pooler.raw();
        RawClient other = pooler.raw()) {
      slow.trusted(PostgresFixture.USER);
      other.trusted(PostgresFixture.USER);
      slow.query("select repeat('x', 1000) from generate_series(1, 200000)");
      assertThat(slow.next().type()).isEqualTo('T');
      Awaitility.await()
          .until(
              () ->
                  POSTGRES.number(
                          "select count(*) from pg_stat_activity where wait_event = 'ClientWrite'"
                              + " and usename = 'app'")
                      == 1);
      assertThat(buffered()).isLessThan(MOST_BUFFERED);
      assertThat(other.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
      int rows = 0;
      while (slow.next().type() == 'D') {
        rows++;
      }
      assertThat(rows).isEqualTo(200_000);
      assertThat(slow.next().type()).isEqualTo('Z');
    }
  }
}
