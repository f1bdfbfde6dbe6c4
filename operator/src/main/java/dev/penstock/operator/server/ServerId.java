package dev.penstock.operator.server;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.crds.ServerReference;

/**
 * A DatabaseServer.
 *
 * @param namespace of the resource
 * @param name of the resource
 */
public record ServerId(String namespace, String name) {

  /** Reads what {@link #toString()} writes. */
  static ServerId parse(String text) {
    int slash = text.indexOf('/');
    return new ServerId(text.substring(0, slash), text.substring(slash + 1));
  }

  static ServerId of(DatabaseServer server) {
    return new ServerId(server.getMetadata().getNamespace(), server.getMetadata().getName());
  }

  /**
   * The server of a pool: the one it names, or the one that is made for it and called as it is. It
   * never changes as long as the pool exists (a rule of the resource).
   */
  public static ServerId of(ConnectionPool pool) {
    String own = pool.getMetadata().getNamespace();
    ServerReference reference = pool.getSpec().serverRef();
    if (reference == null) {
      return new ServerId(own, pool.getMetadata().getName());
    }
    String namespace = reference.namespace();
    return new ServerId(namespace == null ? own : namespace, reference.name());
  }

  /**
   * Whether a resource of this name is the server of a pool: the one it names, or the one that was
   * made for it. One that was made for another pool of its name, deleted since, is not, nor is one
   * that somebody else made.
   */
  public static boolean isServerOf(DatabaseServer server, ConnectionPool pool) {
    return of(pool).equals(of(server))
        && (pool.getSpec().serverRef() != null || server.hasOwnerReferenceFor(pool));
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
