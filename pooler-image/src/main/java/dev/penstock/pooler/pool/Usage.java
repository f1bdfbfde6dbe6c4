package dev.penstock.pooler.pool;

/**
 * What an instance has open at one moment, as the server counts it.
 *
 * @param grant the number in force
 * @param connecting from before {@code connect()} until the login is complete
 * @param active linked to a client
 * @param idle ready for a client
 * @param closing told to end, until the server's end of stream is read
 * @param lost ended without the server's end of stream, which may therefore still count them
 * @param waiting clients that wait for a server connection
 * @param oldestWaitMillis how long the first of them has waited, 0 when none does
 * @param clients client connections, waiting and active ones included
 * @param draining whether a shutdown has begun
 */
public record Usage(
    int grant,
    int connecting,
    int active,
    int idle,
    int closing,
    int lost,
    int waiting,
    long oldestWaitMillis,
    int clients,
    boolean draining) {

  /** Connections that count against the grant. */
  public int held() {
    return connecting + active + idle + closing + lost;
  }
}
