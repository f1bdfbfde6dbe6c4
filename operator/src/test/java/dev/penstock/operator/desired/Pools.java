package dev.penstock.operator.desired;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ServerSpec;
import dev.penstock.crds.SourceTree;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;

/** Pools as users write them: the valid fixtures of the resource. */
final class Pools {

  static final OperatorDefaults DEFAULTS = new OperatorDefaults("penstock/pooler:1.2.3");
  static final List<UserCredential> USERS =
      List.of(new UserCredential("orders", "s3cret"), new UserCredential("\"odd\" one", "a\"b\\c"));

  private Pools() {}

  /** A fixture, with the metadata that the API server adds. */
  static ConnectionPool fixture(String name) {
    ConnectionPool pool = read(text("crds/src/test/resources/valid/" + name + ".yaml"));
    pool.getMetadata().setNamespace("shop");
    pool.getMetadata().setUid("3f0c6a52-7f5e-4c1c-9c6e-2f8f0d3b1a77");
    return pool;
  }

  static ConnectionPool read(String yaml) {
    return new KubernetesSerialization().unmarshal(yaml, ConnectionPool.class);
  }

  static DesiredState desired(ConnectionPool pool) {
    return DesiredState.of(pool, server(pool), DEFAULTS, USERS, "");
  }

  private static String text(String path) {
    try {
      return Files.readString(SourceTree.root().resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server that a pool describes itself. */
  static ServerSpec server(ConnectionPool pool) {
    return Objects.requireNonNull(pool.getSpec().server());
  }
}
