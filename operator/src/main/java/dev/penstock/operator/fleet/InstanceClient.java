package dev.penstock.operator.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.penstock.contract.Addressee;
import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.InstanceReport;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * The two calls of the contract, to one address: reports over a connection that is always open, as
 * one is always awaited, and grants over another that is closed when there have been none for a
 * while. One call of each kind at a time. Belongs to the event loop.
 */
final class InstanceClient {

  /** The number before the first: whatever there is, is newer. */
  static final long NOTHING_SEEN = -1;

  /** Rounds beyond this (exact in every JSON reader) were never decided. */
  private static final long LARGEST_ROUND = 1L << 53;

  private static final int OK = 200;
  private static final int CONFLICT = 409;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final FleetSettings settings;
  private final String podUid;
  private final String authority;
  private final String base;
  private final InstanceConnection reports;
  private final InstanceConnection grants;

  /** Takes what comes of a call: one of the two is called, once, on the event loop. */
  interface Outcome {
    /** This is how things are. */
    void heard(InstanceReport report);

    /**
     * Nothing was heard.
     *
     * @param why a {@link GarbledAnswerException} if what came is not a report
     */
    void failed(IOException why);
  }

  InstanceClient(FleetLoop loop, SSLContext tls, Target target, FleetSettings settings) {
    this.settings = settings;
    this.podUid = target.uid();
    this.authority = target.address();
    this.base = "https://" + authority;
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.ofLiteral(target.host()), target.port());
    this.reports = new InstanceConnection(loop, tls, address, base, settings.idle());
    this.grants = new InstanceConnection(loop, tls, address, base, settings.idle());
  }

  /**
   * Asks for the next report.
   *
   * @param after the sequence of the last one, {@link #NOTHING_SEEN} for whatever there is
   */
  void report(long after, Outcome outcome) {
    FullHttpRequest request = request(HttpMethod.GET, "/v1/report?after=" + after, new byte[0]);
    // RFC 7240, 4.3. An instance that does not know it answers after 25 seconds.
    request.headers().set("Prefer", "wait=" + settings.longPoll().toSeconds());
    reports.call(request, settings.report(), new Reading(Set.of(OK), outcome));
  }

  /** Tells a grant; one that is refused (409) is answered by a report, too. */
  void grant(GrantRequest grant, Outcome outcome) {
    byte[] body;
    try {
      body = JSON.writeValueAsBytes(grant);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a grant is written as JSON", impossible);
    }
    FullHttpRequest request = request(HttpMethod.PUT, "/v1/grant", body);
    request
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
        .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
    grants.call(request, settings.grant(), new Reading(Set.of(OK, CONFLICT), outcome));
  }

  /** Gives up the report that is awaited: nothing comes of it. */
  void hangUp() {
    reports.hangUp();
  }

  /** Gives up everything. */
  void close() {
    reports.hangUp();
    grants.hangUp();
  }

  private FullHttpRequest request(HttpMethod method, String path, byte[] body) {
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, method, path, Unpooled.wrappedBuffer(body));
    request
        .headers()
        .set(HttpHeaderNames.HOST, authority)
        // Its address may be another pod's by now: that one must not be taken for it.
        .set(Addressee.HEADER, podUid);
    return request;
  }

  /** Makes a report of an answer. */
  private final class Reading implements InstanceConnection.Outcome {
    private final Set<Integer> expected;
    private final Outcome outcome;

    Reading(Set<Integer> expected, Outcome outcome) {
      this.expected = expected;
      this.outcome = outcome;
    }

    @Override
    public void answered(int status, byte[] body) {
      InstanceReport report;
      try {
        if (!expected.contains(status)) {
          throw garbled(status, body);
        }
        report = read(body);
      } catch (GarbledAnswerException garbled) {
        outcome.failed(garbled);
        return;
      }
      outcome.heard(report);
    }

    @Override
    public void failed(IOException why) {
      outcome.failed(why);
    }
  }

  private InstanceReport read(byte[] body) throws GarbledAnswerException {
    InstanceReport report;
    try {
      report = JSON.readValue(body, InstanceReport.class);
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

  private GarbledAnswerException garbled(int status, byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    return new GarbledAnswerException(
        base + " answers HTTP " + status + ": " + text.substring(0, Math.min(text.length(), 200)),
        null);
  }
}
