package dev.penstock.pooler.auth;

import dev.penstock.pooler.config.StoredSecret;

/**
 * What the pooler has to log in to a server with. None of them shows itself in {@code toString}.
 */
public sealed interface ServerSecret {

  /** A password: good for whatever the server asks. */
  record Password(String password) implements ServerSecret {
    @Override
    public String toString() {
      return "Password";
    }
  }

  /** PostgreSQL's MD5 form, {@code md5} and 32 digits: good for a server that asks for MD5. */
  record Md5(String hash) implements ServerSecret {
    @Override
    public String toString() {
      return "Md5";
    }
  }

  /**
   * Keys that a client's own login has revealed: good for a server that holds the same SCRAM
   * secret, with the same salt and iterations. The arrays are shared and must not be changed.
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; copies would cost each login
  record Scram(byte[] clientKey, byte[] serverKey, byte[] salt, int iterations)
      implements ServerSecret {
    @Override
    public String toString() {
      return "Scram";
    }
  }

  /** Nothing: good for a server that asks for nothing. */
  record None() implements ServerSecret {}

  /** What the {@code auth_file} alone is good for: a SCRAM secret opens nothing by itself. */
  static ServerSecret of(StoredSecret stored) {
    return switch (stored) {
      case StoredSecret.Plain plain when plain.password().isEmpty() -> new None();
      case StoredSecret.Plain plain -> new Password(plain.password());
      case StoredSecret.Md5 md5 -> new Md5(md5.hash());
      case StoredSecret.Scram _ -> new None();
    };
  }
}
