package dev.penstock.pooler.auth;

import static com.ongres.scram.common.ScramMechanism.SCRAM_SHA_256;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.ongres.scram.common.ScramFunctions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Derives SCRAM keys on threads of its own, because one derivation takes milliseconds and a storm
 * of logins thousands of them, and remembers the keys, so that such a storm derives each only once.
 *
 * <p>Thread-safe. Both the derivations that wait and what is remembered are bounded.
 */
public final class KeyDerivation implements AutoCloseable {

  /** More derivations than this waiting are refused, with the login they belong to. */
  private static final int LONGEST_QUEUE = 1_000;

  private static final int MOST_REMEMBERED = 10_000;
  private static final int SECRET_BYTES = 32;

  /** The password only as a keyed digest: the cache must not be a second list of passwords. */
  private record Key(String passwordDigest, String salt, int iterations) {}

  private final byte[] processSecret = new byte[SECRET_BYTES];
  private final ThreadPoolExecutor threads;
  private final Semaphore places;
  private final Map<Key, CompletableFuture<ScramKeys>> remembered =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, CompletableFuture<ScramKeys>> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  /** As many threads as leave a processor to the event loop, but at least one. */
  public KeyDerivation() {
    this(Math.max(1, Runtime.getRuntime().availableProcessors() - 1), LONGEST_QUEUE);
  }

  KeyDerivation(int threads, int longestQueue) {
    new SecureRandom().nextBytes(processSecret);
    this.places = new Semaphore(threads + longestQueue);
    this.threads =
        new ThreadPoolExecutor(
            threads,
            threads,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("scram-", 0).factory());
    this.threads.allowCoreThreadTimeOut(true);
  }

  /**
   * The keys of a password; completed already when they are remembered, else on a thread of this
   * class. Fails with {@link RejectedExecutionException} when too many wait.
   */
  CompletableFuture<ScramKeys> keys(String password, byte[] salt, int iterations) {
    var key = key(password, salt, iterations);
    synchronized (remembered) {
      var known = remembered.get(key);
      if (known != null) {
        return known;
      }
      var derived = derive(password, salt, iterations);
      if (!derived.isCompletedExceptionally()) {
        remembered.put(key, derived);
      }
      return derived;
    }
  }

  /**
   * The same for a password that may be anyone's guess: guesses must not push true passwords out,
   * so it is remembered only when {@code isRight} says so of its keys.
   */
  CompletableFuture<ScramKeys> keysOfGuess(
      String password, byte[] salt, int iterations, Predicate<ScramKeys> isRight) {
    var key = key(password, salt, iterations);
    synchronized (remembered) {
      var known = remembered.get(key);
      if (known != null) {
        return known;
      }
    }
    return derive(password, salt, iterations)
        .whenComplete(
            (keys, _) -> {
              if (keys != null && isRight.test(keys)) {
                synchronized (remembered) {
                  remembered.put(key, CompletableFuture.completedFuture(keys));
                }
              }
            });
  }

  private CompletableFuture<ScramKeys> derive(String password, byte[] salt, int iterations) {
    if (!places.tryAcquire()) {
      return CompletableFuture.failedFuture(
          new RejectedExecutionException("too many keys are being derived"));
    }
    try {
      return CompletableFuture.supplyAsync(
          () -> {
            try {
              return ScramKeys.derive(password, salt, iterations);
            } finally {
              places.release();
            }
          },
          threads);
    } catch (RejectedExecutionException e) {
      places.release();
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Why keys could not be derived, of what their future has failed with. */
  static Throwable cause(Throwable failure) {
    return failure.getCause() == null ? failure : failure.getCause();
  }

  private Key key(String password, byte[] salt, int iterations) {
    return new Key(
        Base64.getEncoder().encodeToString(secret("password", password)),
        Base64.getEncoder().encodeToString(salt),
        iterations);
  }

  /**
   * For what else a login costs that would hold up an event loop. It refuses nothing: who uses it
   * bounds it.
   */
  public Executor executor() {
    return threads;
  }

  /** Bytes that belong to a name for as long as the process lives, and that nobody can guess. */
  byte[] secret(String purpose, String name) {
    return ScramFunctions.hmac(
        SCRAM_SHA_256, processSecret, (purpose + '\0' + name).getBytes(UTF_8));
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
