package dev.penstock.pooler.config;

import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the text of a setting becomes a value.
 *
 * @param unit what the number counts, or the kind of text, as the documentation's table says it
 * @param parser from the text, stripped of white space around it
 */
public record ValueType<T>(String unit, Parser<T> parser) {

  /** Reads a value. */
  @FunctionalInterface
  public interface Parser<T> {
    T parse(String text) throws InvalidValueException;
  }

  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);
  private static final BigDecimal LONGEST_SECONDS = BigDecimal.valueOf(Integer.MAX_VALUE);
  private static final Map<String, Set<String>> TLS_PROTOCOLS =
      Map.of(
          "secure", Set.of("TLSv1.2", "TLSv1.3"),
          "all", Set.of("TLSv1.2", "TLSv1.3"),
          "tlsv1.2", Set.of("TLSv1.2"),
          "tlsv1.3", Set.of("TLSv1.3"));

  /** A whole number of {@code unit} from {@code least} to {@code most}, both included. */
  public static ValueType<Integer> integer(String unit, int least, int most) {
    return new ValueType<>(unit, text -> parseInteger(text, least, most));
  }

  /** 0 or 1, as PgBouncer writes its switches. */
  public static ValueType<Boolean> flag() {
    return new ValueType<>("0 or 1", text -> parseInteger(text, 0, 1) == 1);
  }

  /** Seconds, with fractions; zero or more. */
  public static ValueType<Duration> seconds() {
    return new ValueType<>("seconds", ValueType::parseSeconds);
  }

  /** Any text. */
  public static ValueType<String> text(String unit) {
    return new ValueType<>(unit, text -> text);
  }

  /** Words separated by commas; empty for none. */
  public static ValueType<List<String>> list() {
    return new ValueType<>("list", ValueType::split);
  }

  /** A file, or empty for none. */
  public static ValueType<Optional<Path>> path() {
    return new ValueType<>("path", ValueType::parsePath);
  }

  /** {@code host:port}, or empty for none. */
  public static ValueType<Optional<ListenAddress>> address() {
    return new ValueType<>("host:port", ValueType::parseAddress);
  }

  /** PgBouncer's names of TLS versions, as the names that Java knows them by. */
  public static ValueType<List<String>> tlsProtocols() {
    return new ValueType<>("list", ValueType::parseTlsProtocols);
  }

  /** Only the empty text; {@code reason} says why nothing else is possible. */
  public static ValueType<String> onlyEmpty(String reason) {
    return new ValueType<>(
        "empty",
        text -> {
          if (!text.isEmpty()) {
            throw new InvalidValueException("it must be empty, because " + reason);
          }
          return text;
        });
  }

  /**
   * One of {@code values} by its spelling.
   *
   * @param refused spellings that PgBouncer knows and Penstock does not support yet
   */
  public static <E extends Enum<E> & Spelled> ValueType<E> choice(E[] values, String... refused) {
    var names = Arrays.stream(values).map(Spelled::spelling).collect(Collectors.joining(", "));
    return new ValueType<>(
        names,
        text -> {
          for (E value : values) {
            if (value.spelling().equals(text)) {
              return value;
            }
          }
          var known = Arrays.asList(refused).contains(text);
          throw new InvalidValueException(
              (known ? "it is not supported yet; " : "") + "allowed are " + names);
        });
  }

  private static int parseInteger(String text, int least, int most) throws InvalidValueException {
    try {
      var number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw notANumber(least, most, e);
    }
    throw notANumber(least, most, null);
  }

  private static InvalidValueException notANumber(int least, int most, @Nullable Throwable cause) {
    var range =
        least == 0 && most == 1
            ? "0 or 1"
            : most == Integer.MAX_VALUE
                ? "a whole number of at least " + least
                : "a whole number from " + least + " to " + most;
    var invalid = new InvalidValueException("allowed is " + range);
    invalid.initCause(cause);
    return invalid;
  }

  private static Duration parseSeconds(String text) throws InvalidValueException {
    // A plain decimal only: an exponent could name a number too long to hold.
    if (text.matches("[0-9]{1,10}(\\.[0-9]{1,9})?|\\.[0-9]{1,9}")) {
      var seconds = new BigDecimal(text);
      if (seconds.compareTo(LONGEST_SECONDS) <= 0) {
        return Duration.ofNanos(seconds.multiply(NANOS).longValueExact());
      }
    }
    throw new InvalidValueException(
        "allowed is a number of seconds of at least 0, such as 5 or 0.5, without a unit");
  }

  private static List<String> split(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .toList();
  }

  private static Optional<Path> parsePath(String text) throws InvalidValueException {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      var invalid = new InvalidValueException("allowed is the path of a file");
      invalid.initCause(e);
      throw invalid;
    }
  }

  private static Optional<ListenAddress> parseAddress(String text) throws InvalidValueException {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    var colon = text.lastIndexOf(':');
    var host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.contains(":")) {
      host = "";
    }
    if (host.isBlank()) {
      throw new InvalidValueException(
          "allowed is host:port, such as 0.0.0.0:9127 or [::]:9127, or nothing");
    }
    return Optional.of(new ListenAddress(host, parseInteger(text.substring(colon + 1), 0, 65_535)));
  }

  private static List<String> parseTlsProtocols(String text) throws InvalidValueException {
    var protocols = new LinkedHashSet<String>();
    for (var word : text.split("[,:\\s]+", -1)) {
      var named = TLS_PROTOCOLS.get(word);
      if (named == null) {
        throw new InvalidValueException(
            "allowed are tlsv1.2, tlsv1.3, secure and all (older versions of TLS are not"
                + " supported)");
      }
      protocols.addAll(named);
    }
    return protocols.stream().sorted().toList();
  }
}
