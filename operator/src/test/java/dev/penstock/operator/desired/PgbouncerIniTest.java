package dev.penstock.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.crds.ConnectionPoolSpec;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PgbouncerIniTest {

  private static String render(ConnectionPoolSpec spec) {
    return PgbouncerIni.render(spec, Objects.requireNonNull(spec.server()));
  }

  private static ConnectionPoolSpec spec(String more) {
    return Pools.read(
            """
            apiVersion: penstock.dev/v1alpha1
            kind: ConnectionPool
            metadata: {name: p}
            spec:
              server: {host: db, credentialsSecretRef: {name: probe}}
            """
                + more.indent(2))
        .getSpec();
  }

  @Test
  void withoutDatabasesAnyOfTheServersCanBeAskedFor() {
    assertThat(render(spec(""))).contains("[databases]\n* = host=db port=5432\n");
  }

  @Test
  void namesWithOtherCharactersAreQuoted() {
    assertThat(render(spec("databases: [{name: 'my shop', dbname: \"it's mine\", poolSize: 3}]")))
        .contains("\"my shop\" = host=db port=5432 dbname='it''s mine' pool_size=3\n");
  }

  @Test
  void aParameterTakesThePlaceOfTheOperatorsValue() {
    assertThat(render(spec("parameters: {max_client_conn: '5'}")))
        .contains("\nmax_client_conn = 5\n")
        .doesNotContain("max_client_conn = 1000");
  }

  @Test
  void transactionsAreCutOffWithAWordBeforeTheGracePeriodEnds() {
    assertThat(render(spec("template: {terminationGracePeriodSeconds: 60}")))
        .contains("\npenstock_drain_timeout = 54\n");
    assertThat(render(spec("template: {terminationGracePeriodSeconds: 5}")))
        .contains("\npenstock_drain_timeout = 3\n");
  }

  @Test
  void anEmptyValueStaysEmpty() {
    assertThat(render(spec("parameters: {server_reset_query: ''}")))
        .contains("\nserver_reset_query =\n");
  }

  @Test
  void aLineBreakCannotBeginAnotherSetting() {
    assertThatThrownBy(
            () -> render(spec("parameters: {server_reset_query: \"a\\nauth_type=trust\"}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("server_reset_query")
        .hasMessageContaining("write it as one line");
    assertThatThrownBy(() -> render(spec("databases: [{name: \"a\\n[users]\"}]")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a?[users]");
  }
}
