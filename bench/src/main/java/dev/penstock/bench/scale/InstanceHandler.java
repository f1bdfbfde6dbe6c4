package dev.penstock.bench.scale;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.InstanceReport;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two calls of the contract over one connection of the operator's. */
final class InstanceHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

  private static final Logger LOG = LoggerFactory.getLogger(InstanceHandler.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final String REPORT = "/v1/report?after=";
  private static final String WAIT = "wait=";
  private static final long USUAL_WAIT_SECONDS = 25;
  private static final String GRANT = "/v1/grant";

  private final SimulatedInstance instance;

  InstanceHandler(SimulatedInstance instance) {
    this.instance = instance;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request)
      throws IOException {
    if (request.method().equals(HttpMethod.GET) && request.uri().startsWith(REPORT)) {
      instance.report(
          Long.parseLong(request.uri().substring(REPORT.length())),
          seconds(request.headers().get("Prefer")),
          (status, report) -> answer(context, status, report));
    } else if (request.method().equals(HttpMethod.PUT) && request.uri().equals(GRANT)) {
      instance.grant(
          JSON.readValue(request.content().toString(StandardCharsets.UTF_8), GrantRequest.class),
          (status, report) -> answer(context, status, report));
    } else {
      throw new IOException("no such call: " + request.method() + " " + request.uri());
    }
  }

  private static long seconds(@Nullable String preference) {
    return preference == null
        ? USUAL_WAIT_SECONDS
        : Long.parseLong(preference.substring(WAIT.length()));
  }

  private static void answer(ChannelHandlerContext context, int status, InstanceReport report) {
    byte[] body;
    try {
      body = JSON.writeValueAsBytes(report);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), Unpooled.wrappedBuffer(body));
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
    var _ = context.writeAndFlush(response);
  }

  /** The operator hangs up on an instance it no longer listens to, and calls again after errors. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("{} closes", context.channel(), cause);
    var _ = context.close();
  }
}
