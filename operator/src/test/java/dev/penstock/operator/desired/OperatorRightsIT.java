package dev.penstock.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.crds.ApiServerFixture;
import dev.penstock.crds.Chart;
import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.crds.InstalledCrd;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the operator does, with no other rights than those that the chart gives it. */
class OperatorRightsIT {

  private static final String SERVED = "served";
  private static final String OTHER = "not-served";
  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager("penstock")
          .withForce(true)
          .build();

  private static final KubernetesClient administrator = ApiServerFixture.shared().client();
  private static KubernetesClient operator = administrator;

  @BeforeAll
  static void installTheChart() throws Exception {
    InstalledCrd.install(administrator);
    for (String name : List.of(Chart.NAMESPACE, SERVED, OTHER)) {
      administrator
          .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
          .serverSideApply();
    }
    String manifests = Chart.render("watchNamespaces={" + SERVED + "}");
    for (HasMetadata resource : Chart.resources(manifests)) {
      administrator.resource(resource).serverSideApply();
    }
    TokenRequest token =
        administrator
            .serviceAccounts()
            .inNamespace(Chart.NAMESPACE)
            .withName(Chart.RELEASE)
            .tokenRequest();
    operator =
        new KubernetesClientBuilder()
            .withConfig(ApiServerFixture.shared().withToken(token.getStatus().getToken()))
            .build();
  }

  @AfterAll
  static void closeTheClients() {
    operator.close();
    administrator.close();
  }

  @Test
  void sufficeForAPoolAndItsChildren() {
    ConnectionPool pool = created(SERVED);
    for (HasMetadata child : Pools.desired(pool).all()) {
      assertThat(operator.resource(child).patch(APPLY)).as(child.getKind()).isNotNull();
      assertThat(operator.resource(child).get()).as(child.getKind()).isNotNull();
    }
    ConnectionPool seen = operator.resource(pool).get();
    seen.setStatus(ConnectionPoolStatus.EMPTY);
    assertThat(operator.resource(seen).updateStatus()).isNotNull();
    assertThat(operator.pods().inNamespace(SERVED).list().getItems()).isEmpty();
  }

  @Test
  void endAtTheNamespacesServed() {
    ConnectionPool pool = created(OTHER);
    assertForbidden(() -> operator.resource(pool).get());
    assertForbidden(() -> operator.resource(Pools.desired(pool).authSecret()).patch(APPLY));
    assertForbidden(() -> operator.secrets().inNamespace(Chart.NAMESPACE).list());
  }

  @Test
  void doNotReachPodsOrRights() {
    assertForbidden(() -> operator.pods().inNamespace(SERVED).withName("any").delete());
    assertForbidden(() -> operator.rbac().roles().inNamespace(SERVED).list());
    assertForbidden(() -> operator.resource(Pools.desired(created(SERVED)).authSecret()).delete());
  }

  private static void assertForbidden(Runnable action) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403));
  }

  private static ConnectionPool created(String namespace) {
    ConnectionPool pool = Pools.fixture("full");
    pool.getMetadata().setNamespace(namespace);
    pool.getMetadata().setUid(null);
    return administrator.resource(pool).patch(APPLY);
  }
}
