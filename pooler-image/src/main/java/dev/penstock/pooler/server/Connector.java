package dev.penstock.pooler.server;

import dev.penstock.pooler.auth.KeyDerivation;
import dev.penstock.pooler.auth.ServerLogin;
import dev.penstock.pooler.config.Database;
import dev.penstock.pooler.config.PoolerConfig;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.pool.PoolKey;
import dev.penstock.pooler.pool.ServerConnector;
import dev.penstock.pooler.pool.Slot;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens connections to servers; names are resolved away from the event loop. */
public final class Connector implements ServerConnector {
  private final Supplier<PoolerConfig> config;
  private final EventLoops loops;
  private final Credentials credentials;
  private final KeyDerivation derivation;
  private final Supplier<Tls> tls;
  private final SocketOptions socketOptions;

  /**
   * @param config what is in force
   * @param tls towards servers, as it is configured now
   */
  public Connector(
      Supplier<PoolerConfig> config,
      EventLoops loops,
      Credentials credentials,
      KeyDerivation derivation,
      Supplier<Tls> tls) {
    this.config = config;
    this.loops = loops;
    this.credentials = credentials;
    this.derivation = derivation;
    this.tls = tls;
    this.socketOptions = new SocketOptions(config.get().settings(), loops.transport());
  }

  @Override
  public void connect(Slot slot) {
    Database database = database(slot.pool().key());
    Target target = target(slot.pool().key(), database);
    ServerConnection connection = new ServerConnection(slot, target, config);
    slot.attach(connection);
    Duration limit = config.get().settings().get(Settings.SERVER_CONNECT_TIMEOUT);
    EventLoop loop = loops.loop();
    var timer =
        limit.isZero()
            ? null
            : loop.schedule(
                () -> connection.timedOut("connect timeout"),
                limit.toNanos(),
                TimeUnit.NANOSECONDS);
    open(
        target,
        socketOptions,
        connection,
        (channel, failure) -> {
          if (channel == null) {
            connection.unreachable(
                "cannot connect to %s:%d: %s"
                    .formatted(target.host(), target.port(), describe(failure)));
          } else if (!connection.isConnecting()) {
            var _ = channel.close();
          } else {
            var login =
                new ServerLogin(target.user(), credentials.of(database, target.user()), derivation);
            var conversation = new LoginConversation(connection, channel, target, login);
            connection.connected(channel, conversation);
            conversation.begin(timer);
          }
        });
  }

  @Override
  public String server(PoolKey key) {
    Database database = database(key);
    return database.host() + ":" + database.port();
  }

  /** Resolves and connects; tells the outcome on the event loop. */
  void open(
      Target target,
      SocketOptions options,
      ChannelHandler handler,
      BiConsumer<@Nullable Channel, @Nullable Throwable> outcome) {
    EventLoop loop = loops.loop();
    Thread.ofVirtual()
        .name("resolver")
        .start(
            () -> {
              try {
                InetAddress address = InetAddress.getByName(target.host());
                loop.execute(
                    () ->
                        connect(
                            new InetSocketAddress(address, target.port()),
                            options,
                            handler,
                            outcome));
              } catch (UnknownHostException e) {
                loop.execute(() -> outcome.accept(null, e));
              }
            });
  }

  private void connect(
      InetSocketAddress address,
      SocketOptions options,
      ChannelHandler handler,
      BiConsumer<@Nullable Channel, @Nullable Throwable> outcome) {
    ChannelFuture connecting = options.apply(loops.connecting()).handler(handler).connect(address);
    loops.track(connecting.channel());
    var _ =
        connecting.addListener(
            _ ->
                outcome.accept(
                    connecting.isSuccess() ? connecting.channel() : null, connecting.cause()));
  }

  private Target target(PoolKey key, Database database) {
    return new Target(
        database.host(),
        database.port(),
        database.dbname(),
        key.user(),
        database.startupParameters(),
        tls.get());
  }

  SocketOptions options() {
    return socketOptions;
  }

  private Database database(PoolKey key) {
    return Objects.requireNonNull(
        config.get().database(key.database()), "pool of an unknown database");
  }

  private static String describe(@Nullable Throwable failure) {
    return switch (failure) {
      case null -> "no reason given";
      case UnknownHostException _ -> "the name cannot be resolved";
      default -> Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    };
  }
}
