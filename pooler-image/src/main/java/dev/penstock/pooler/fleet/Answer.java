package dev.penstock.pooler.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Map;

/** An answer to an HTTP request. */
@SuppressWarnings("ArrayRecordComponent") // written once, never compared
record Answer(int status, String contentType, byte[] body) {

  static final int OK = 200;
  static final int NO_CONTENT = 204;
  static final int BAD_REQUEST = 400;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int METHOD_NOT_ALLOWED = 405;
  static final int CONFLICT = 409;
  static final int TOO_LARGE = 413;
  static final int UNAVAILABLE = 503;

  private static final JsonMapper JSON = new JsonMapper();

  static Answer json(int status, Object value) {
    try {
      return new Answer(status, "application/json", JSON.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the messages of the contract are written as JSON", e);
    }
  }

  /** Says what is wrong, as {@code {"error": …}}. */
  static Answer error(int status, String message) {
    return json(status, Map.of("error", message));
  }

  static Answer nothing() {
    return new Answer(NO_CONTENT, "", new byte[0]);
  }

  static Answer text(int status, String text) {
    return new Answer(status, "text/plain; charset=utf-8", (text + '\n').getBytes(UTF_8));
  }

  void send(HttpExchange exchange) throws IOException {
    if (status == NO_CONTENT) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", contentType);
    exchange.sendResponseHeaders(status, body.length);
    try (var out = exchange.getResponseBody()) {
      out.write(body);
    }
  }
}
