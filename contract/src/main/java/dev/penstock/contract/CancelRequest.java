package dev.penstock.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Body of {@code POST /v1/cancel}, from one instance to another: a client's CancelRequest that
 * names a session which is not the sender's.
 *
 * <p>Answered 204 whether or not there is such a session, once the query has been cancelled if
 * there is. The receiver never passes it on.
 *
 * @param key what the client sent, process id and secret as they stand in the message (PostgreSQL,
 *     "Message Formats"), in hexadecimal: 16 digits
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CancelRequest(String key) {

  public CancelRequest {
    if (key == null) {
      throw new IllegalArgumentException("key is missing");
    }
  }
}
