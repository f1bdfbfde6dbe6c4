package dev.penstock.pooler.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** What the server said of its session in BackendKeyData. Immutable. */
final class CancelKey {
  static final CancelKey NONE = new CancelKey(0, new byte[0]);

  private final int processId;
  private final byte[] secret;

  private CancelKey(int processId, byte[] secret) {
    this.processId = processId;
    this.secret = secret;
  }

  /** Reads the body of a BackendKeyData, whose key has any length. */
  static CancelKey read(ByteBuf body) {
    int id = body.readInt();
    return new CancelKey(id, ByteBufUtil.getBytes(body));
  }

  boolean isPresent() {
    return secret.length > 0;
  }

  int processId() {
    return processId;
  }

  byte[] secret() {
    return secret.clone();
  }
}
