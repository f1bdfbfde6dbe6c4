package dev.penstock.operator.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.crds.WorkloadStatus;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the workloads of a pool are told, and what is said of them. */
class AdviceTest {

  private static final Optional<Room> ROOM = Optional.of(new Room(100, 18, 82, 1000));
  private static final WorkloadView MISSING =
      new WorkloadView.Unreadable(WorkloadView.MISSING, "Deployment shop/api is not there");
  private static final WorkloadView REFUSED =
      new WorkloadView.Unreadable("ScaleRefused", "Deployment shop/api cannot be counted");

  private static Advice advice(ConnectionPool pool, WorkloadView view, ConfigMap... published) {
    return Advice.of(pool, List.of(view), ROOM, Stream.of(published));
  }

  private static ConnectionPool pool(String workload) {
    return Some.pool("workloads: [{kind: Deployment, name: api, " + workload + "}]");
  }

  private static ConfigMap published(int most) {
    return advice(pool("mode: pooled"), Some.known(most, most)).configMaps().getFirst();
  }

  @Test
  void theConfigMapIsThePoolsAndNamedAfterTheWorkload() {
    ConfigMap configMap = published(4);
    assertThat(configMap.getMetadata().getName()).isEqualTo("orders-deployment-api");
    assertThat(configMap.getMetadata().getOwnerReferences()).hasSize(1);
    assertThat(configMap.getMetadata().getLabels())
        .containsEntry("app.kubernetes.io/managed-by", "penstock")
        .containsEntry("penstock.dev/pool", "orders")
        .containsEntry("app.kubernetes.io/component", "workload-settings");
    assertThat(configMap.getData()).containsEntry("PENSTOCK_POOL_SIZE", "82");
  }

  @Test
  void whatWasPublishedDecidesWhetherAWobbleIsToldAndASecondLookSaysTheSame() {
    ConfigMap ten = published(10);
    Advice wobble = advice(pool("mode: pooled"), Some.known(9, 30), ten);
    assertThat(wobble.configMaps()).containsExactly(ten);
    Advice growth = advice(pool("mode: pooled"), Some.known(20, 30), ten);
    assertThat(growth.statuses().getFirst().poolSize()).isEqualTo(13);
    assertThat(advice(pool("mode: pooled"), Some.known(20, 30), growth.configMaps().getFirst()))
        .isEqualTo(growth);
  }

  @Test
  void anEditedConfigMapIsWrittenAnew() {
    ConfigMap odd =
        new ConfigMapBuilder(published(4))
            .editMetadata()
            .addToAnnotations("penstock.dev/sized-for-pods", "many")
            .endMetadata()
            .withData(null)
            .build();
    assertThat(advice(pool("mode: pooled"), Some.known(4, 4), odd).configMaps())
        .containsExactly(published(4));
  }

  @Test
  void whatCannotBeReadKeepsWhatItWasTold() {
    ConfigMap before = published(4);
    for (WorkloadView view : List.of(MISSING, REFUSED, new WorkloadView.Awaited())) {
      Advice advice = advice(pool("mode: pooled"), view, before);
      assertThat(advice.configMaps()).isEmpty();
      assertThat(advice.outdated()).isEmpty();
      assertThat(advice.statuses().getFirst().poolSize()).isEqualTo(82);
    }
  }

  @Test
  void whatThePoolNoLongerNamesIsOutdatedAndItsOwnConfigurationIsNot() {
    ConfigMap own =
        new ConfigMapBuilder(published(4))
            .editMetadata()
            .withName("orders-pooler")
            .addToLabels("app.kubernetes.io/component", "pooler")
            .endMetadata()
            .build();
    ConnectionPool other = Some.pool("workloads: [{kind: StatefulSet, name: api}]");
    assertThat(advice(other, Some.known(1, 1), own, published(4)).outdated())
        .containsExactly(published(4));
  }

  @Test
  void aMissingWorkloadIsNamed() {
    Advice advice = advice(pool("mode: pooled"), MISSING);
    assertThat(advice.resolved())
        .isEqualTo(Fit.fails("WorkloadMissing", "Deployment shop/api is not there"));
    assertThat(advice.fit().verdict()).isEqualTo(Fit.Verdict.UNKNOWN);
  }

  @Test
  void whatADirectWorkloadMayHoldIsRememberedWhileItCannotBeSeen() {
    ConnectionPool pool = pool("mode: direct, poolSize: 3");
    pool.setStatus(
        new ConnectionPoolStatus(
            null,
            null,
            null,
            null,
            null,
            List.of(),
            null,
            null,
            null,
            null,
            null,
            null,
            List.of(),
            List.of(new WorkloadStatus("Deployment", "api", null, 4, 5, 3, 15))));
    assertThat(reserved(pool, Some.known(5, 6))).isEqualTo(18);
    assertThat(reserved(pool, new WorkloadView.Awaited())).isEqualTo(15);
    assertThat(reserved(pool, REFUSED)).isEqualTo(15);
    assertThat(reserved(pool, MISSING)).isZero();
  }

  private static Integer reserved(ConnectionPool pool, WorkloadView view) {
    return Optional.ofNullable(advice(pool, view).statuses().getFirst().reserved()).orElse(-1);
  }

  @Test
  void nothingIsToldBeforeTheServerHasBeenAsked() {
    Advice advice =
        Advice.of(pool("mode: pooled"), List.of(Some.known(1, 1)), Optional.empty(), Stream.of());
    assertThat(advice.configMaps()).isEmpty();
    assertThat(advice.fit().reason()).isEqualTo("ServerUnknown");
  }

  @Test
  void poolsThatAskForMoreThanCanBeServedAreNamedWithTheRemedy() {
    assertThat(advice(pool("poolSize: 20"), Some.known(10, 13)).fit().verdict())
        .isEqualTo(Fit.Verdict.HOLDS);
    Fit waiting = advice(pool("poolSize: 40"), Some.known(10, 13)).fit();
    assertThat(waiting.reason()).isEqualTo("PoolsExceedServable");
    assertThat(waiting.message())
        .contains("Deployment api: 40 for each of up to 13 pods = 520", "serve 328", "ConfigMap");
    Fit refused = advice(pool("poolSize: 80"), Some.known(10, 13)).fit();
    assertThat(refused.reason()).isEqualTo("PoolsExceedClients");
    assertThat(refused.message()).contains("= 1040", "accept 1000", "max_client_conn");
  }

  @Test
  void aDirectWorkloadThatDeclaresMoreThanIsSetApartIsNamed() {
    Fit fit = advice(pool("mode: direct, poolSize: 10, connections: 20"), Some.known(2, 3)).fit();
    assertThat(fit.reason()).isEqualTo("DirectExceedsReserve");
    assertThat(fit.message())
        .contains("Deployment api: 10 for each of up to 3 pods = 30", "20 set");
  }

  @Test
  void directWorkloadsThatLeaveThePoolersNothingAreNamed() {
    Fit fit =
        Advice.of(
                pool("mode: direct, poolSize: 10"),
                List.of(Some.known(9, 10)),
                Optional.of(new Room(82, 100, 0, 1000)),
                Stream.of())
            .fit();
    assertThat(fit.verdict()).isEqualTo(Fit.Verdict.FAILS);
    assertThat(fit.reason()).isEqualTo("DirectExceedsBudget");
    assertThat(fit.message()).contains("100 connections of a budget of 82", "max_connections");
  }
}
