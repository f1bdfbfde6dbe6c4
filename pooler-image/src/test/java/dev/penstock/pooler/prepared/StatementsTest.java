package dev.penstock.pooler.prepared;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StatementsTest {
  private final Statements all = new Statements();
  private final ClientStatements client = new ClientStatements();
  private final ServerStatements server = new ServerStatements();

  private Statement statement(String sql) {
    return all.of(sql.getBytes(US_ASCII));
  }

  @Test
  void theSameDefinitionIsOneStatement() {
    client.add("one", statement("select 1"));
    client.add("two", statement("select 1"));
    client.add("three", statement("select 2"));
    assertThat(client.named("one")).isSameAs(client.named("two"));
    assertThat(client.named("three")).isNotSameAs(client.named("one"));
    assertThat(all.size()).isEqualTo(2);
  }

  @Test
  void whatNobodyKnowsAnyMoreIsNotKept() {
    Statement kept = statement("select 1");
    client.add("s", kept);
    client.add("s", statement("select 2"));
    server.add(statement("select 2"));
    assertThat(all.size()).isEqualTo(1);
    client.clear();
    assertThat(all.size()).isEqualTo(1);
    server.clear();
    assertThat(all.size()).isZero();
  }

  @Test
  void oneThatWasForgottenDoesNotTakeItsSuccessorWithIt() {
    Statement forgotten = statement("select 1");
    client.add("s", forgotten);
    client.remove("s");
    server.add(forgotten);
    client.add("s", statement("select 1"));
    server.remove(forgotten);
    assertThat(client.named("s")).isSameAs(statement("select 1")).isNotSameAs(forgotten);
  }

  @Test
  void theOneUsedLongestAgoMakesRoom() {
    Statement one = statement("select 1");
    Statement two = statement("select 2");
    server.add(one);
    server.add(two);
    assertThat(server.makeRoom(3)).isNull();
    assertThat(server.use(one)).isEqualTo(ServerStatements.State.READY);
    assertThat(server.makeRoom(2)).isSameAs(two);
    assertThat(server.use(two)).isEqualTo(ServerStatements.State.UNKNOWN);
    assertThat(all.size()).isEqualTo(1);
  }

  @Test
  void whatAServerMayRefuseIsReadyAgainOnceItIsToldAnew() {
    Statement one = statement("select 1");
    Statement two = statement("select 2");
    server.add(one);
    server.add(two);
    server.distrust();
    assertThat(server.use(one)).isEqualTo(ServerStatements.State.STALE);
    server.add(one);
    assertThat(server.use(one)).isEqualTo(ServerStatements.State.READY);
    assertThat(server.use(two)).isEqualTo(ServerStatements.State.STALE);
    server.clear();
    assertThat(all.size()).isZero();
  }
}
