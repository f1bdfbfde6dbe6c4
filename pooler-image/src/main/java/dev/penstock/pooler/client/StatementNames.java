package dev.penstock.pooler.client;

import dev.penstock.pooler.pool.Traffic;
import dev.penstock.pooler.prepared.ClientStatements;
import dev.penstock.pooler.prepared.ServerStatements;
import dev.penstock.pooler.prepared.Statement;
import dev.penstock.pooler.prepared.Statements;
import dev.penstock.pooler.server.ServerConnection;
import dev.penstock.pooler.wire.BackendMessage;
import dev.penstock.pooler.wire.FrameScanner;
import dev.penstock.pooler.wire.FrontendMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts what servers call a prepared statement in place of what a client calls it, and sees to it
 * that the server knows the statement: a Parse is sent ahead where it does not, and left out where
 * it does. A name that the client has not prepared goes to the server as it is, which knows it from
 * a PREPARE or says that it does not exist. Owned by the event loop.
 */
final class StatementNames {
  /** The longest Bind that is copied whole rather than passed on in two pieces. */
  private static final int COPIED = 1024;

  private static final byte NUL = 0;
  private static final int LONGEST_DEALLOCATE = 256;
  private static final Pattern DEALLOCATE =
      Pattern.compile(
          "\\s*deallocate\\s+(?:prepare\\s+)?(?:\"((?:[^\"]|\"\")+)\"|([a-z_][a-z0-9_$]*))[\\s;]*\0",
          Pattern.CASE_INSENSITIVE);

  private final ClientStatements own = new ClientStatements();
  private final Statements all;
  private final int most;
  private @Nullable Statement statement;
  private int nameStart;
  private int nameEnd;
  private String deallocated = "";

  /**
   * @param most how many a server connection knows at most; 0 to leave all names as they are
   */
  StatementNames(Statements all, int most) {
    this.all = all;
    this.most = most;
  }

  /** Whether a message of that type may name a statement. */
  boolean concerns(byte type) {
    return most > 0
        && switch (type) {
          case FrontendMessage.PARSE,
              FrontendMessage.BIND,
              FrontendMessage.DESCRIBE,
              FrontendMessage.CLOSE ->
              true;
          case FrontendMessage.QUERY -> !own.isEmpty();
          default -> false;
        };
  }

  /** How many the client has prepared. */
  int size() {
    return own.size();
  }

  /** Whether the client has prepared none. */
  boolean isEmpty() {
    return own.isEmpty();
  }

  /** Forgets all, because the session has ended or has said so. */
  void clear() {
    own.clear();
  }

  /** See {@link FrameScanner.Sink#head}. */
  int head(
      ServerConnection server,
      byte type,
      int bodyLength,
      ByteBuf source,
      int index,
      int available) {
    int length = decide(server, type, bodyLength, source, index, available);
    if (length == 0) {
      server.outstanding().sent(type);
    }
    return length;
  }

  private int decide(
      ServerConnection server,
      byte type,
      int bodyLength,
      ByteBuf source,
      int index,
      int available) {
    return switch (type) {
      case FrontendMessage.PARSE -> headOfParse(bodyLength, source, index, available);
      case FrontendMessage.BIND -> headOfBind(bodyLength, source, index, available);
      case FrontendMessage.QUERY -> headOfQuery(server, bodyLength, source, index, available);
      default -> headOfAbout(bodyLength, source, index, available);
    };
  }

  private int headOfParse(int bodyLength, ByteBuf source, int index, int available) {
    if (available == 0) {
      return FrameScanner.MORE;
    }
    if (source.getByte(index) == NUL) {
      return 0;
    }
    if (available < bodyLength) {
      return FrameScanner.MORE;
    }
    nameStart = index;
    nameEnd = endOfName(source, index, available);
    return nameEnd < 0 ? FrameScanner.MORE : available;
  }

  private int headOfBind(int bodyLength, ByteBuf source, int index, int available) {
    int portalEnd = endOfName(source, index, available);
    if (portalEnd < 0 || portalEnd + 1 == index + available) {
      return FrameScanner.MORE;
    }
    nameStart = portalEnd + 1;
    if (source.getByte(nameStart) == NUL) {
      return 0;
    }
    nameEnd = endOfName(source, nameStart, available - (nameStart - index));
    if (nameEnd < 0) {
      return FrameScanner.MORE;
    }
    if (!isKnown(source)) {
      return 0;
    }
    return available == bodyLength && bodyLength <= COPIED ? bodyLength : nameEnd + 1 - index;
  }

  private int headOfAbout(int bodyLength, ByteBuf source, int index, int available) {
    if (available == 0) {
      return FrameScanner.MORE;
    }
    if (source.getByte(index) != FrontendMessage.STATEMENT) {
      return 0;
    }
    nameStart = index + 1;
    nameEnd = endOfName(source, nameStart, available - 1);
    if (nameEnd < 0 || available < bodyLength) {
      return FrameScanner.MORE;
    }
    return isKnown(source) ? bodyLength : 0;
  }

  private int headOfQuery(
      ServerConnection server, int bodyLength, ByteBuf source, int index, int available) {
    int start = index;
    while (start < index + available && isSpace(source.getByte(start))) {
      start++;
    }
    boolean cut = start == index + available;
    if (bodyLength > LONGEST_DEALLOCATE || (!cut && (source.getByte(start) | 0x20) != 'd')) {
      return 0;
    }
    if (available < bodyLength) {
      return FrameScanner.MORE;
    }
    Matcher matcher =
        DEALLOCATE.matcher(source.toString(index, available, StandardCharsets.ISO_8859_1));
    if (!matcher.matches() || !server.acceptsStatement()) {
      return 0;
    }
    deallocated =
        matcher.group(1) == null
            ? matcher.group(2).toLowerCase(Locale.ROOT)
            : matcher.group(1).replace("\"\"", "\"");
    return own.named(deallocated) == null ? 0 : available;
  }

  private static boolean isSpace(byte character) {
    return character > 0 && character <= ' ';
  }

  private static int endOfName(ByteBuf source, int index, int available) {
    return source.indexOf(index, index + available, NUL);
  }

  private boolean isKnown(ByteBuf source) {
    statement = own.isEmpty() ? null : own.named(name(source));
    return statement != null;
  }

  private String name(ByteBuf source) {
    return source.toString(nameStart, nameEnd - nameStart, StandardCharsets.ISO_8859_1);
  }

  /** See {@link FrameScanner.Sink#rewrite}; what replaces the head is written to the server. */
  void rewrite(
      ServerConnection server, byte type, int bodyLength, ByteBuf source, int index, int length) {
    Channel channel = server.channel();
    ByteBuf out = channel.alloc().buffer();
    switch (type) {
      case FrontendMessage.PARSE -> parse(server, source, index + length, out);
      case FrontendMessage.BIND -> bind(server, bodyLength, source, index, length, out);
      case FrontendMessage.DESCRIBE -> {
        Statement described = tellOf(server, found(), out);
        described.writeDescribe(out);
        server.outstanding().sent(FrontendMessage.DESCRIBE);
      }
      case FrontendMessage.CLOSE -> close(server, name(source));
      default -> deallocate(server, out);
    }
    if (out.isReadable()) {
      var _ = channel.write(out, channel.voidPromise());
    } else {
      out.release();
    }
    server.answerInTurn();
  }

  private void parse(ServerConnection server, ByteBuf source, int end, ByteBuf out) {
    traffic(server).clientParse();
    String name = name(source);
    Statement before = own.named(name);
    if (before != null) {
      // Only the server can fail the batch: it is told of what it knows, and says so.
      tellOf(server, before, out).writeParse(out);
      server.outstanding().sent(FrontendMessage.PARSE);
      return;
    }
    byte[] definition = new byte[end - nameEnd - 1];
    source.getBytes(nameEnd + 1, definition);
    Statement parsed = all.of(definition);
    own.add(name, parsed);
    ServerStatements known = server.statements();
    if (isReady(server, parsed, out)) {
      server.outstanding().answeredByPooler(BackendMessage.PARSE_COMPLETE, () -> own.remove(name));
      return;
    }
    known.add(parsed);
    parsed.writeParse(out);
    traffic(server).serverParse();
    server
        .outstanding()
        .parseSent(
            () -> {
              own.remove(name);
              known.remove(parsed);
            });
  }

  private void bind(
      ServerConnection server, int bodyLength, ByteBuf source, int index, int length, ByteBuf out) {
    Statement bound = tellOf(server, found(), out);
    traffic(server).bind();
    int nameLength = nameEnd + 1 - nameStart;
    out.writeByte(FrontendMessage.BIND)
        .writeInt(4 + bodyLength - nameLength + bound.serverNameLength())
        .writeBytes(source, index, nameStart - index);
    bound.writeServerName(out);
    out.writeBytes(source, nameEnd + 1, index + length - nameEnd - 1);
    server.outstanding().sent(FrontendMessage.BIND);
  }

  private void close(ServerConnection server, String name) {
    Statement closed = found();
    own.remove(name);
    server
        .outstanding()
        .answeredByPooler(BackendMessage.CLOSE_COMPLETE, () -> own.add(name, closed));
  }

  /**
   * The server has it deallocate something, so that its answer is the one to a DEALLOCATE; the
   * statement itself others may use.
   */
  private void deallocate(ServerConnection server, ByteBuf out) {
    own.remove(deallocated);
    Statement.writePlaceholder(out);
    server.outstanding().ownParseSent(() -> {});
    FrontendMessage.writeQuery(out, Statement.DEALLOCATE_PLACEHOLDER);
    server.outstanding().sent(FrontendMessage.QUERY);
  }

  /** Sees to it that the server knows the statement. */
  private Statement tellOf(ServerConnection server, Statement wanted, ByteBuf out) {
    ServerStatements known = server.statements();
    if (!isReady(server, wanted, out)) {
      known.add(wanted);
      wanted.writeParse(out);
      traffic(server).serverParse();
      server.outstanding().ownParseSent(() -> known.remove(wanted));
    }
    return wanted;
  }

  /** Whether the server knows it; if not, there is room for it now. */
  private boolean isReady(ServerConnection server, Statement wanted, ByteBuf out) {
    ServerStatements known = server.statements();
    ServerStatements.State state = known.use(wanted);
    if (state == ServerStatements.State.READY) {
      return true;
    }
    Statement closed = wanted;
    if (state == ServerStatements.State.STALE) {
      known.remove(wanted);
    } else {
      closed = known.makeRoom(most);
    }
    if (closed != null) {
      Statement back = closed;
      back.writeClose(out);
      server.outstanding().ownCloseSent(() -> known.add(back));
    }
    return false;
  }

  private static Traffic traffic(ServerConnection server) {
    return server.slot().pool().traffic();
  }

  private Statement found() {
    return Objects.requireNonNull(statement, "decided without a statement");
  }
}
