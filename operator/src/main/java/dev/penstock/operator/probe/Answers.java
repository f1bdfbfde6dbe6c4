package dev.penstock.operator.probe;

import java.time.Instant;
import java.util.OptionalInt;

/** What servers say of themselves. No call waits for a server. */
public interface Answers {

  /**
   * What is known of a server. Has it asked again if that is old, and at once if it is to be asked
   * otherwise than before (another password, another host).
   *
   * @param key of the server
   */
  ServerView view(String key, ProbeTarget target);

  /**
   * How many connections the server has from an address, if it was asked after {@code since}; if
   * not, it is asked now.
   *
   * @param key of the server
   * @param since when the process at that address was known to have ended, or to have vanished
   * @return empty while it is not known, or cannot be
   */
  OptionalInt connectionsFrom(String key, ProbeTarget target, String address, Instant since);
}
