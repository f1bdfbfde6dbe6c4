package dev.penstock.pooler.config;

/** What the event loop runs on ({@code penstock_transport}). */
public enum Transport implements Spelled {
  /** The first of io_uring, epoll and NIO that this machine offers. */
  AUTO("auto"),
  IO_URING("io_uring"),
  EPOLL("epoll"),
  NIO("nio");

  private final String spelling;

  Transport(String spelling) {
    this.spelling = spelling;
  }

  @Override
  public String spelling() {
    return spelling;
  }
}
