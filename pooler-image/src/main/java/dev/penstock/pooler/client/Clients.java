package dev.penstock.pooler.client;

import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.pool.Pool;
import dev.penstock.pooler.pool.Refusal;
import dev.penstock.pooler.server.ServerConnection;
import dev.penstock.pooler.wire.BackendKey;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All client connections. Owned by the event loop. */
public final class Clients {
  /** The process ends. */
  public static final Refusal SHUTTING_DOWN = new Refusal("57P01", "pooler is shutting down");

  /** The database is no more, or is as good as that. */
  public static final Refusal DATABASE_REMOVED = new Refusal("57P01", "database removed");

  private static final Refusal FORCED = new Refusal("57P01", "admin forced disconnect");
  private static final String TOO_MANY_LOGINS =
      "too many clients that have not logged in (penstock_max_client_logins)";
  private static final int FEWEST_LOGINS = 100;

  private final Service service;
  private final TimeLimits limits;
  private final SecureRandom random = new SecureRandom();
  private final Set<ClientConnection> all = new LinkedHashSet<>();
  private final SequencedSet<ClientConnection> notLoggedIn = new LinkedHashSet<>();
  private final Map<BackendKey, ClientConnection> byKey = new HashMap<>();
  private final CompletableFuture<Void> left = new CompletableFuture<>();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private final int instance;
  private volatile Function<BackendKey, CompletableFuture<Void>> elsewhere =
      _ -> CompletableFuture.completedFuture(null);
  private @Nullable Console console;
  private boolean draining;
  private boolean awaited;
  private int loggedIn;

  /**
   * No clients yet.
   *
   * @param instance this instance's number in the keys of its sessions
   */
  public Clients(Service service, int instance) {
    this.service = service;
    this.limits = new TimeLimits(service);
    this.instance = instance;
  }

  /**
   * Sets who is given the cancel requests that name no session here. It is called on the event
   * loop, and completes what it returns when nothing more comes of the request. Thread-safe.
   */
  public void otherwiseCancel(Function<BackendKey, CompletableFuture<Void>> passedOnTo) {
    elsewhere = passedOnTo;
  }

  /** Sets what answers clients that ask for the console; without it none is let in. */
  public void answerBy(Console answering) {
    console = answering;
  }

  @Nullable Console console() {
    return console;
  }

  /** All of them as they stand, in the order in which they came. */
  public List<ClientView> views() {
    long now = service.pools().now();
    return all.stream().map(client -> ClientView.of(client, now)).toList();
  }

  /** How many clients talk to the console. */
  public long inConsole() {
    return all.stream().filter(client -> client.state() instanceof ClientState.InConsole).count();
  }

  /** How many clients have not been authenticated. */
  public long loggingIn() {
    return all.stream().filter(client -> client.state() instanceof ClientState.Starting).count();
  }

  /** How many clients of each pool wait for a server connection; of those that have any. */
  public Map<Pool, Integer> waitingByPool() {
    Map<Pool, Integer> waiting = new HashMap<>();
    for (ClientConnection client : all) {
      Pool joined = client.membership().pool();
      if (joined != null && client.waits()) {
        waiting.merge(joined, 1, Integer::sum);
      }
    }
    return waiting;
  }

  /**
   * Has clients change to other pools, since their databases are to be logged in to as another user
   * than before. They notice nothing of it.
   */
  public void rejoin() {
    new ArrayList<>(all).forEach(ClientConnection::rejoin);
  }

  /** A client has connected; the result handles its channel. */
  public ChannelHandler accept(Channel channel) {
    ClientConnection client = new ClientConnection(channel, service, this);
    all.add(client);
    service.pools().clients(1);
    if (hasRoom()) {
      notLoggedIn.add(client);
    } else {
      // Not now: its channel is not set up yet.
      channel.eventLoop().execute(() -> client.leaveAtOnce(TOO_MANY_LOGINS));
    }
    if (draining) {
      channel.eventLoop().execute(() -> client.dismiss(SHUTTING_DOWN));
    }
    return client;
  }

  /**
   * Keeps those who have not logged in within their number: the first to go is who has kept the
   * pooler waiting for longest, so that nobody keeps others out by saying nothing.
   *
   * @return false when all wait for the pooler and none for their client
   */
  private boolean hasRoom() {
    if (notLoggedIn.size() < mostNotLoggedIn()) {
      return true;
    }
    for (ClientConnection client : notLoggedIn) {
      if (client.awaitsClient()) {
        notLoggedIn.remove(client);
        client.leaveAtOnce(TOO_MANY_LOGINS);
        return true;
      }
    }
    return false;
  }

  private int mostNotLoggedIn() {
    Settings settings = service.config().settings();
    int most = settings.get(Settings.PENSTOCK_MAX_CLIENT_LOGINS);
    return most > 0 ? most : Math.max(FEWEST_LOGINS, settings.get(Settings.MAX_CLIENT_CONN));
  }

  /** The client has proved who it is. */
  void loggedIn(ClientConnection client) {
    notLoggedIn.remove(client);
    loggedIn++;
  }

  /** How many clients have logged in and not gone yet. */
  int loggedIn() {
    return loggedIn;
  }

  void gone(ClientConnection client) {
    if (all.remove(client)) {
      notLoggedIn.remove(client);
      if (client.hasLoggedIn()) {
        loggedIn--;
      }
      service.pools().clients(-1);
      byKey.remove(client.key(), client);
      completeIfDrained();
    }
  }

  BackendKey register(ClientConnection client) {
    BackendKey key;
    do {
      key = BackendKey.draw(instance, random);
    } while (key.processId() == 0 || byKey.putIfAbsent(key, client) != null);
    return key;
  }

  /**
   * A client asks for a session's query to be cancelled.
   *
   * @param done called, on any thread, when nothing more comes of it
   */
  void cancel(BackendKey key, Runnable done) {
    if (!cancelHere(key, done)) {
      var _ = elsewhere.apply(key).whenComplete((_, _) -> done.run());
    }
  }

  /**
   * Cancels the query of a session of this instance, if there is one and it runs.
   *
   * @param done called when the server has taken the request or there is nothing to cancel; not at
   *     all when the key is no session's here
   * @return whether the key is a session's here
   */
  public boolean cancelHere(BackendKey key, Runnable done) {
    ClientConnection client = byKey.get(key);
    if (client == null) {
      return false;
    }
    switch (client.state()) {
      case ClientState.Active(var server) ->
          service.cancels().cancel(server, () -> isLinked(client, server), done);
      case ClientState.InConsole(var session) -> {
        session.cancel();
        done.run();
      }
      default -> done.run();
    }
    return true;
  }

  private static boolean isLinked(ClientConnection client, ServerConnection server) {
    return client.state() instanceof ClientState.Active(var now) && now == server;
  }

  /** Tells every client to go: at once, or at the end of its transaction. */
  public CompletableFuture<Void> drain() {
    draining = true;
    new ArrayList<>(all).forEach(client -> client.dismiss(SHUTTING_DOWN));
    completeIfDrained();
    return drained;
  }

  /** Tells every client of a database that is no more to go, as {@link #drain} does. */
  public void databasesRemoved(Predicate<String> gone) {
    for (ClientConnection client : new ArrayList<>(all)) {
      if (client.membership().pool() != null && gone.test(client.membership().database())) {
        client.dismiss(DATABASE_REMOVED);
      }
    }
  }

  /**
   * Ends the connections of all clients of some databases at once, whatever they are doing. Those
   * of the console stay.
   *
   * @param why what they are told
   */
  public void kill(Predicate<String> database, Refusal why) {
    for (ClientConnection client : new ArrayList<>(all)) {
      if (client.membership().pool() != null && database.test(client.membership().database())) {
        sendAway(client, why);
      }
    }
  }

  /**
   * Ends the connection of one client at once, whatever it is doing.
   *
   * @param id its number, among all connections of the process
   * @return whether there is such a client
   */
  public boolean kill(long id) {
    for (ClientConnection client : all) {
      if (client.id() == id && !(client.state() instanceof ClientState.Closing)) {
        sendAway(client, FORCED);
        return true;
      }
    }
    return false;
  }

  /** Completes, a moment later, when all clients have left but those of the console. */
  public CompletableFuture<Void> left() {
    awaited = true;
    return left;
  }

  private void completeIfLeft() {
    if (awaited
        && all.stream()
            .map(ClientConnection::state)
            .allMatch(
                state ->
                    state instanceof ClientState.InConsole
                        || state instanceof ClientState.Closing)) {
      left.complete(null);
    }
  }

  /** Sends away who has not left since {@link #drain}, and ends what is still running. */
  public void cutOff() {
    for (ClientConnection client : new ArrayList<>(all)) {
      sendAway(client, SHUTTING_DOWN);
    }
  }

  private void completeIfDrained() {
    if (draining && all.isEmpty()) {
      drained.complete(null);
    }
  }

  /** What time alone brings about; to be called a few times a second. */
  public void tick() {
    completeIfLeft();
    long now = service.pools().now();
    for (ClientConnection client : new ArrayList<>(all)) {
      Refusal refusal = limits.overdue(client, now);
      if (refusal != null) {
        sendAway(client, refusal);
      }
    }
  }

  private void sendAway(ClientConnection client, Refusal refusal) {
    ServerConnection server = client.state() instanceof ClientState.Active(var used) ? used : null;
    boolean runs = server != null && !server.outstanding().isEmpty();
    client.refuse(refusal);
    if (server != null && runs) {
      // Terminate alone is not read before the query ends, and until then it counts.
      service.cancels().cancel(server, () -> true, () -> {});
    }
  }
}
