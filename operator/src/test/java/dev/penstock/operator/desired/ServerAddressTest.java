package dev.penstock.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerAddressTest {

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
    assertThat(ServerAddress.from("shop", host)).isEqualTo(expected);
  }
}
