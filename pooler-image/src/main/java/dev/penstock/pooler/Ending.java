package dev.penstock.pooler;

import dev.penstock.pooler.client.ClientListener;
import dev.penstock.pooler.client.Clients;
import dev.penstock.pooler.config.PoolerConfig;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.console.Control;
import dev.penstock.pooler.pool.Pools;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ways in which a process ends. Thread-safe; its methods block and belong on no event loop. */
final class Ending {
  private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

  /** What servers have to end what was cut off when the process is to end at once. */
  private static final long AT_ONCE_SECONDS = 3;

  /** Whoever counts the connections takes 0 as the word that none is left. */
  private static final int NOT_CLEAN = 1;

  private final Supplier<PoolerConfig> config;
  private final ClientListener listener;
  private final Clients clients;
  private final Pools pools;
  private final EventLoop loop;
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();
  private final AtomicBoolean listening = new AtomicBoolean(true);

  Ending(
      Supplier<PoolerConfig> config,
      ClientListener listener,
      Clients clients,
      Pools pools,
      EventLoop loop) {
    this.config = config;
    this.listener = listener;
    this.clients = clients;
    this.pools = pools;
    this.loop = loop;
  }

  /** Whether new clients are let in. Does not block. */
  boolean isListening() {
    return listening.get();
  }

  void stopListening() {
    listening.set(false);
    listener.close();
  }

  /** See {@link RunningPooler#drain}. */
  CompletableFuture<Void> drain() {
    stopListening();
    Duration limit = config.get().settings().get(Settings.PENSTOCK_DRAIN_TIMEOUT);
    if (!limit.isZero()) {
      var _ = loop.schedule(this::cutOff, limit.toNanos(), TimeUnit.NANOSECONDS);
    }
    return CompletableFuture.<Void>completedFuture(null)
        .thenComposeAsync(_ -> CompletableFuture.allOf(pools.drain(), clients.drain()), loop);
  }

  private void cutOff() {
    LOG.warn("penstock_drain_timeout is over: what still runs is cut off");
    clients.cutOff();
  }

  /** Ends as the console asks it to. */
  void shutdown(Control.Shutdown mode) {
    switch (mode) {
      case IMMEDIATE -> {
        stopListening();
        endAfter(
            CompletableFuture.<Void>completedFuture(null).thenComposeAsync(_ -> cutAllOff(), loop));
      }
      case WAIT_FOR_SERVERS -> endAfter(drain());
      case WAIT_FOR_CLIENTS -> {
        stopListening();
        endAfter(
            CompletableFuture.<Void>completedFuture(null)
                .thenComposeAsync(_ -> clients.left(), loop)
                .thenComposeAsync(_ -> drain(), Thread::startVirtualThread));
      }
    }
  }

  /** Clients of the console stay: that they are cut off tells them of the end of the process. */
  private CompletableFuture<Void> cutAllOff() {
    clients.kill(_ -> true, Clients.SHUTTING_DOWN);
    var _ = loop.schedule(this::giveUp, AT_ONCE_SECONDS, TimeUnit.SECONDS);
    return pools.drain();
  }

  private void giveUp() {
    boolean counted = config.get().settings().get(Settings.PENSTOCK_FLEET_LISTEN).isPresent();
    if (ended.complete(counted ? NOT_CLEAN : 0)) {
      LOG.warn("the process ends, though servers have not ended all connections");
    }
  }

  private void endAfter(CompletableFuture<Void> drained) {
    var _ =
        drained.whenComplete(
            (_, failure) -> {
              if (failure == null) {
                ended.complete(0);
              } else {
                LOG.error("the drain failed", failure);
                ended.complete(NOT_CLEAN);
              }
            });
  }

  /** See {@link RunningPooler#ended}. Does not block. */
  CompletableFuture<Integer> ended() {
    return ended;
  }
}
