package dev.penstock.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.ConnectionPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {

  @ParameterizedTest
  @CsvSource({
    "postgres, postgres.shop.svc",
    "postgres.databases, postgres.databases",
    "db.example.com, db.example.com",
    "192.0.2.7, 192.0.2.7",
    "2001:db8::7, 2001:db8::7",
    "localhost, localhost"
  })
  void theServersHostCanBeLookedUpFromAnyNamespace(String host, String expected) {
    ConnectionPool pool =
        Pools.read(
            """
            apiVersion: penstock.dev/v1alpha1
            kind: ConnectionPool
            metadata: {name: p, namespace: shop}
            spec:
              server: {host: "%s", credentialsSecretRef: {name: probe}}
            """
                .formatted(host));
    assertThat(Names.of(pool).serverHost()).isEqualTo(expected);
  }
}
