package dev.penstock.pooler.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrackedParametersTest {

  private static TrackedParameters named(String value) {
    TrackedParameters parameters = new TrackedParameters();
    parameters.set("application_name", value);
    return parameters;
  }

  @Test
  void aValueCannotEndItsLiteralHoweverTheServerReadsBackslashes() {
    TrackedParameters none = new TrackedParameters();
    assertThat(named("x'; drop table t; --").changes(none))
        .isEqualTo("SET application_name='x''; drop table t; --';");
    assertThat(named("x\\'; drop table t; --").changes(none))
        .isEqualTo("SET application_name=E'x\\\\''; drop table t; --';");
    assertThat(named("\\").changes(none)).isEqualTo("SET application_name=E'\\\\';");
  }

  @Test
  void onlyWhatDiffersIsSet() {
    assertThat(named("a").changes(named("a"))).isNull();
    assertThat(named("a").changes(named("A"))).isNotNull();
    assertThat(new TrackedParameters().changes(named("a"))).isNull();
  }

  @Test
  void whatIsTakenOverNeedsNotBeSetAgain() {
    TrackedParameters wanted = new TrackedParameters();
    wanted.set("datestyle", "ISO");
    TrackedParameters session = named("a");
    session.set("DateStyle", "ISO, MDY");
    assertThat(wanted.changes(session)).isEqualTo("SET DateStyle='ISO';");

    wanted.takeOver(session);

    assertThat(wanted.changes(session)).isNull();
  }
}
