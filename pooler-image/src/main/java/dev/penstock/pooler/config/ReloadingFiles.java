package dev.penstock.pooler.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something read from files, which follows them when they change. A new state of the files that
 * cannot be read is logged once and the value before it kept.
 *
 * <p>Thread-safe. {@link #get} never blocks; {@link #refresh} reads files and belongs on no event
 * loop (see {@link FileWatch}).
 */
public final class ReloadingFiles<T> implements Supplier<T> {

  private static final Logger LOG = LoggerFactory.getLogger(ReloadingFiles.class);

  /** Reads the files. */
  @FunctionalInterface
  public interface Loader<T> {
    T load() throws ConfigurationException;
  }

  /** The file a path leads to, through symbolic links as Kubernetes mounts a Secret. */
  private record Fingerprint(
      Path resolved, FileTime modified, long size, @Nullable Object fileKey) {}

  private final String what;
  private final List<Path> files;
  private final Loader<T> loader;
  private final Function<T, List<Path>> named;
  private List<Fingerprint> seen;
  private @Nullable String complaint;
  private volatile T current;

  private ReloadingFiles(
      String what, List<Path> files, Loader<T> loader, Function<T, List<Path>> named)
      throws ConfigurationException {
    this.what = what;
    this.files = List.copyOf(files);
    this.loader = loader;
    this.named = named;
    this.seen = fingerprints(List.of());
    this.current = loader.load();
    if (!named.apply(current).isEmpty()) {
      lookAndLoad();
    }
  }

  /**
   * Reads the files for the first time.
   *
   * @param what for the log, such as {@code auth_file}
   * @throws ConfigurationException when that fails; later failures are only logged
   */
  public static <T> ReloadingFiles<T> load(String what, List<Path> files, Loader<T> loader)
      throws ConfigurationException {
    return new ReloadingFiles<>(what, files, loader, _ -> List.of());
  }

  /**
   * The same where files name others.
   *
   * @param named those that a value was read from beside {@code files}
   */
  static <T> ReloadingFiles<T> load(
      String what, List<Path> files, Loader<T> loader, Function<T, List<Path>> named)
      throws ConfigurationException {
    return new ReloadingFiles<>(what, files, loader, named);
  }

  /** What the files said when they could last be read. */
  @Override
  public T get() {
    return current;
  }

  /**
   * Reads the files again if they have changed.
   *
   * @return whether there is a new value
   */
  public synchronized boolean refresh() {
    // What could not be used may have named a file that is not there yet, and is not looked at.
    if (complaint == null && fingerprints(named.apply(current)).equals(seen)) {
      return false;
    }
    try {
      lookAndLoad();
    } catch (ConfigurationException e) {
      var message = String.valueOf(e.getMessage());
      if (!message.equals(complaint)) {
        LOG.error(
            "{} has changed but cannot be used, so what it said before stays in force: {}",
            what,
            message);
      }
      complaint = message;
      return false;
    }
    complaint = null;
    LOG.info("{} has changed and was read again", what);
    return true;
  }

  /**
   * Looks first: a change between that and the reading is then seen by the next refresh. Which
   * files are named is known only when they are read, so others are read once more.
   */
  private void lookAndLoad() throws ConfigurationException {
    List<Path> looked;
    do {
      looked = named.apply(current);
      seen = fingerprints(looked);
      current = loader.load();
    } while (!named.apply(current).equals(looked));
  }

  private List<Fingerprint> fingerprints(List<Path> alsoNamed) {
    var all = new ArrayList<>(files);
    all.addAll(alsoNamed);
    var fingerprints = new ArrayList<Fingerprint>();
    for (var file : all) {
      try {
        var resolved = file.toRealPath();
        var attributes = Files.readAttributes(resolved, BasicFileAttributes.class);
        fingerprints.add(
            new Fingerprint(
                resolved, attributes.lastModifiedTime(), attributes.size(), attributes.fileKey()));
      } catch (IOException e) {
        LOG.debug("{} cannot be looked at", file, e);
        fingerprints.add(new Fingerprint(file, FileTime.fromMillis(0), -1, null));
      }
    }
    return List.copyOf(fingerprints);
  }
}
