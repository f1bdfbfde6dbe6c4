package dev.penstock.pooler.config;

/** When a server connection goes back to its pool ({@code pool_mode}). */
public enum PoolMode implements Spelled {
  /** When the client leaves. */
  SESSION("session"),
  /** When the transaction ends. */
  TRANSACTION("transaction");

  private final String spelling;

  PoolMode(String spelling) {
    this.spelling = spelling;
  }

  @Override
  public String spelling() {
    return spelling;
  }
}
