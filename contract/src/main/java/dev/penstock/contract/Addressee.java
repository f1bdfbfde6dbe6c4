package dev.penstock.contract;

/**
 * Which pod the operator's requests are meant for. A pod's address may be another one's before the
 * operator learns of it; an instance that knows its pod answers a request for another one with
 * {@link #MISDIRECTED}, and does nothing.
 */
public final class Addressee {

  /** The header with the UID of the pod that a request is meant for. */
  public static final String HEADER = "Penstock-Pod";

  /** The environment variable that tells an instance the UID of its pod; it may be missing. */
  public static final String ENVIRONMENT = "PENSTOCK_POD_UID";

  /** Misdirected Request (RFC 9110, 15.5.20). */
  public static final int MISDIRECTED = 421;

  private Addressee() {}
}
