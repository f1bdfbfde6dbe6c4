package dev.penstock.pooler.client;

/**
 * What a client must name to have its own query cancelled; the pooler's own, so that no client
 * learns the key of a server connection that others use after it.
 */
record CancelId(int processId, int secret) {
  static final CancelId NONE = new CancelId(0, 0);
}
