package dev.penstock.pooler.pool;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the first session of a pool began with, told to every client of it.
 *
 * @param parameters names and values of the server's ParameterStatus messages, in their order
 */
public record Welcome(Map<String, String> parameters) {
  public Welcome {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }
}
