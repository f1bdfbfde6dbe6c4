package dev.penstock.operator.pool;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolSpec;
import dev.penstock.crds.UserSpec;
import dev.penstock.crds.UserlistSecretReference;
import dev.penstock.operator.desired.UserCredential;
import dev.penstock.operator.server.SecretFields;
import dev.penstock.operator.server.Secrets;
import dev.penstock.operator.server.ServerReferences;
import java.util.ArrayList;
import java.util.List;

/**
 * What a pool's Secrets say.
 *
 * @param users of {@code spec.users}, in their order; empty if any is missing
 * @param userlist content of {@code spec.userlistSecretRef}, empty without one
 * @param problems what is missing or unusable, each with field and remedy
 */
record References(List<UserCredential> users, String userlist, List<String> problems) {

  /** Whether the children can be rendered. */
  boolean complete() {
    return problems.isEmpty();
  }

  static References of(ConnectionPool pool, Secrets secrets) {
    String namespace = pool.getMetadata().getNamespace();
    ConnectionPoolSpec spec = pool.getSpec();
    List<String> problems = new ArrayList<>();
    if (spec.server() != null) {
      problems.addAll(ServerReferences.of(namespace, spec.server(), secrets).problems());
    }
    SecretFields fields = new SecretFields(namespace, secrets);
    List<UserCredential> users = new ArrayList<>();
    for (int i = 0; i < spec.users().size(); i++) {
      UserSpec user = spec.users().get(i);
      fields
          .credential("spec.users[" + i + "].secretRef", user.secretRef().name())
          .ifPresent(users::add);
    }
    UserlistSecretReference list = spec.userlistSecretRef();
    String userlist =
        list == null
            ? ""
            : fields.text("spec.userlistSecretRef", list.name(), list.key()).orElse("");
    if (spec.clientTls() != null) {
      String name = spec.clientTls().secretRef().name();
      fields.text("spec.clientTls.secretRef", name, "tls.crt");
      fields.text("spec.clientTls.secretRef", name, "tls.key");
    }
    problems.addAll(fields.problems());
    return new References(List.copyOf(users), userlist, List.copyOf(problems));
  }
}
