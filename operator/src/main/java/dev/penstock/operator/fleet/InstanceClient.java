package dev.penstock.operator.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.InstanceReport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The two calls of the contract, to one address. Blocking: made for virtual threads. */
final class InstanceClient {

  /** The number before the first: whatever there is, is newer. */
  static final long NOTHING_SEEN = -1;

  /** A report has a few hundred bytes; more than this is not a report. */
  private static final int LONGEST_ANSWER = 65_536;

  /** Rounds beyond this (exact in every JSON reader) were never decided. */
  private static final long LARGEST_ROUND = 1L << 53;

  private static final int OK = 200;
  private static final int CONFLICT = 409;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final HttpClient http;
  private final String base;
  private final Timeouts timeouts;

  /**
   * How long to wait.
   *
   * @param report for a long poll: more than the 25 seconds that an instance may hold it open
   * @param grant for the answer to a grant
   */
  record Timeouts(Duration report, Duration grant) {}

  InstanceClient(HttpClient http, String address, Timeouts timeouts) {
    this.http = http;
    this.base = "https://" + address;
    this.timeouts = timeouts;
  }

  /**
   * Asks for the next report.
   *
   * @param after the sequence of the last one, {@link #NOTHING_SEEN} for whatever there is
   * @throws GarbledAnswerException if the answer is not a report
   */
  InstanceReport report(long after) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + "/v1/report?after=" + after))
            .timeout(timeouts.report())
            .GET()
            .build();
    HttpResponse<byte[]> response = send(request);
    if (response.statusCode() != OK) {
      throw garbled(response);
    }
    return read(response);
  }

  /**
   * Tells a grant.
   *
   * @return the report, also of one that has refused the grant (409)
   * @throws GarbledAnswerException if the answer is not a report
   */
  InstanceReport grant(GrantRequest grant) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + "/v1/grant"))
            .timeout(timeouts.grant())
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(grant)))
            .build();
    HttpResponse<byte[]> response = send(request);
    if (response.statusCode() != OK && response.statusCode() != CONFLICT) {
      throw garbled(response);
    }
    return read(response);
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_ANSWER));
  }

  private InstanceReport read(HttpResponse<byte[]> response) throws GarbledAnswerException {
    InstanceReport report;
    try {
      report = JSON.readValue(response.body(), InstanceReport.class);
    } catch (JsonProcessingException notAReport) {
      throw new GarbledAnswerException(
          base + " answers what is no report: " + notAReport.getOriginalMessage(), notAReport);
    } catch (IOException unreadable) {
      throw new GarbledAnswerException(base + " answers what cannot be read", unreadable);
    }
    if (report == null || !isSound(report)) {
      throw new GarbledAnswerException(base + " answers an impossible report: " + report, null);
    }
    return report;
  }

  private static boolean isSound(InstanceReport report) {
    return report.incarnation() != null
        && !report.incarnation().isBlank()
        && report.sequence() >= 0
        && report.round() >= 0
        && report.round() < LARGEST_ROUND
        && report.grant() >= 0
        && report.held() >= 0
        && report.active() >= 0
        && report.waiting() >= 0
        && report.clients() >= 0;
  }

  private GarbledAnswerException garbled(HttpResponse<byte[]> response) {
    String body = new String(response.body(), StandardCharsets.UTF_8);
    return new GarbledAnswerException(
        base
            + " answers HTTP "
            + response.statusCode()
            + ": "
            + body.substring(0, Math.min(body.length(), 200)),
        null);
  }
}
