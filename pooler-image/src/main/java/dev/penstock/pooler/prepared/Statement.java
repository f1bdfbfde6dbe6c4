package dev.penstock.pooler.prepared;

import dev.penstock.pooler.wire.FrontendMessage;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * A statement that clients have prepared by name: the same text and parameter types are one
 * statement, whatever they call it. Owned by the event loop.
 */
public final class Statement {
  private static final String PREFIX = "PENSTOCK_";
  private static final String PLACEHOLDER = PREFIX + "0";

  /** Has a server forget the placeholder. */
  public static final String DEALLOCATE_PLACEHOLDER = "DEALLOCATE \"" + PLACEHOLDER + "\"";

  private final Definition definition;
  private final byte[] serverName;
  private final Statements statements;
  private int uses;

  Statement(Definition definition, long number, Statements statements) {
    this.definition = definition;
    this.serverName = (PREFIX + number).getBytes(StandardCharsets.US_ASCII);
    this.statements = statements;
  }

  /** Writes what servers call it, with the zero byte that ends it. */
  public void writeServerName(ByteBuf out) {
    out.writeBytes(serverName).writeByte(0);
  }

  /** How many bytes {@link #writeServerName} writes. */
  public int serverNameLength() {
    return serverName.length + 1;
  }

  /** The Parse that makes it known to a server. */
  public void writeParse(ByteBuf out) {
    byte[] tail = definition.tail();
    out.writeByte(FrontendMessage.PARSE).writeInt(4 + serverNameLength() + tail.length);
    writeServerName(out);
    out.writeBytes(tail);
  }

  /** The Describe of it. */
  public void writeDescribe(ByteBuf out) {
    writeAbout(out, FrontendMessage.DESCRIBE);
  }

  /** The Close that has a server forget it. */
  public void writeClose(ByteBuf out) {
    writeAbout(out, FrontendMessage.CLOSE);
  }

  private void writeAbout(ByteBuf out, byte type) {
    out.writeByte(type).writeInt(4 + 1 + serverNameLength()).writeByte(FrontendMessage.STATEMENT);
    writeServerName(out);
  }

  /** The Parse of a statement that is there only to be deallocated. */
  public static void writePlaceholder(ByteBuf out) {
    FrontendMessage.writeParse(out, PLACEHOLDER, "SELECT 1");
  }

  Definition definition() {
    return definition;
  }

  void retain() {
    uses++;
  }

  /** Once nobody knows it any more, its text need not be kept. */
  void release() {
    if (--uses == 0) {
      statements.forget(this);
    }
  }
}
