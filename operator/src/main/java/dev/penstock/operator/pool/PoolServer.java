package dev.penstock.operator.pool;

import dev.penstock.crds.CaSecretReference;
import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.crds.DatabaseServerSpec;
import dev.penstock.crds.ServerSpec;
import dev.penstock.crds.ServerTlsSpec;
import dev.penstock.operator.desired.Names;
import dev.penstock.operator.desired.ServerAddress;
import dev.penstock.operator.server.Secrets;
import dev.penstock.operator.server.ServerId;
import dev.penstock.operator.server.ServerReferences;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The server of a pool, as its instances reach it from where they run. */
sealed interface PoolServer {

  /**
   * Is known.
   *
   * @param spec as it is to be rendered for the instances
   * @param manifests what the pool needs besides for it
   */
  record Known(ServerSpec spec, List<HasMetadata> manifests) implements PoolServer {}

  /**
   * Cannot be used.
   *
   * @param reason for the condition
   * @param problem with the remedy
   */
  record Unusable(String reason, String problem) implements PoolServer {}

  /** Where in the copied Secret the authorities stand. */
  String AUTHORITIES = "ca.crt";

  /**
   * Finds it.
   *
   * @param named the DatabaseServer that the pool names, if it is there
   */
  static PoolServer of(ConnectionPool pool, Optional<DatabaseServer> named, Secrets secrets) {
    ServerSpec own = pool.getSpec().server();
    if (own != null) {
      return new Known(own, List.of(generated(pool, own)));
    }
    ServerId id = ServerId.of(pool);
    if (named.isEmpty()) {
      return new Unusable(
          "ServerNotFound",
          "spec.serverRef names DatabaseServer %s, which is not there or not watched by this operator:"
                  .formatted(id)
              + " create it, or delete this pool and name another");
    }
    DatabaseServerSpec spec = named.get().getSpec();
    String namespace = pool.getMetadata().getNamespace();
    if (!spec.allows(id.namespace(), namespace)) {
      return new Unusable(
          "NotAllowed",
          "DatabaseServer %s does not allow pools of namespace %s: add it to spec.allowedNamespaces"
                  .formatted(id, namespace)
              + " of the DatabaseServer, or move the pool");
    }
    return id.namespace().equals(namespace)
        ? new Known(spec.server(), List.of())
        : fromElsewhere(pool, id, spec.server(), secrets);
  }

  /** The resource that holds the ledger of a pool that has its server to itself. */
  private static DatabaseServer generated(ConnectionPool pool, ServerSpec own) {
    Names names = Names.of(pool);
    DatabaseServer server = new DatabaseServer();
    server.setMetadata(names.metadata(names.server()));
    server.setSpec(new DatabaseServerSpec(own, List.of()));
    return server;
  }

  /** Short names and Secrets mean others in another namespace. */
  private static PoolServer fromElsewhere(
      ConnectionPool pool, ServerId id, ServerSpec server, Secrets secrets) {
    ServerReferences references = ServerReferences.of(id.namespace(), server, secrets);
    CaSecretReference authority = server.tls().caSecretRef();
    if (authority != null && references.authorities().isEmpty()) {
      return new Unusable("SecretMissing", String.join("; ", references.problems()));
    }
    Names names = Names.of(pool);
    CaSecretReference copy =
        authority == null
            ? null
            : new CaSecretReference(names.serverAuthoritySecret(), AUTHORITIES);
    ServerSpec reached =
        new ServerSpec(
            ServerAddress.from(id.namespace(), server.host()),
            server.port(),
            server.maxConnections(),
            server.headroom(),
            server.database(),
            new ServerTlsSpec(server.tls().mode(), copy),
            server.credentialsSecretRef());
    return new Known(
        reached,
        references.authorities().stream()
            .map(
                text ->
                    (HasMetadata)
                        new SecretBuilder()
                            .withMetadata(names.metadata(names.serverAuthoritySecret()))
                            .withType("Opaque")
                            .withData(Map.of(AUTHORITIES, encoded(text)))
                            .build())
            .toList());
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
