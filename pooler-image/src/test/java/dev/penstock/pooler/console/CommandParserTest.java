package dev.penstock.pooler.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandParserTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SHOW POOLS",
        "show POOLS;",
        " Show\n\tPOOLS ; ",
        "\"show\" \"POOLS\"",
        "select POOLS"
      })
  void caseAndSpaceAndOneSemicolonDoNotMatter(String query) throws CommandException {
    assertThat(CommandParser.parse(query)).isEqualTo(new Command.Show("POOLS", query));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ";", " ; \n"})
  void nothingIsACommandToo(String query) throws CommandException {
    assertThat(CommandParser.parse(query)).isEqualTo(new Command.Nothing());
  }

  @Test
  void readsWhatASettingIsToBe() throws CommandException {
    assertThat(CommandParser.parse("set a = b;")).isEqualTo(new Command.Set("a", "b"));
    assertThat(CommandParser.parse("SET a='it''s; \"x\"'"))
        .isEqualTo(new Command.Set("a", "it's; \"x\""));
    assertThat(CommandParser.parse("SET \"A\" TO \"o\"\"n\""))
        .isEqualTo(new Command.Set("A", "o\"n"));
    assertThat(CommandParser.parse("set a=''")).isEqualTo(new Command.Set("a", ""));
    assertThat(CommandParser.parse("set query_timeout=1.5"))
        .isEqualTo(new Command.Set("query_timeout", "1.5"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1 FROM x",
        "SHOW POOLS; SHOW POOLS",
        "SHOW POOLS;;",
        "DROP DATABASE",
        "SHOW \"POOLS",
        "SET a =",
        "SET a = 'b",
        "SHOW 'POOLS'"
      })
  void whatIsNoCommandIsRefusedInPgBouncersWords(String query) {
    var refused = catchThrowableOfType(CommandException.class, () -> CommandParser.parse(query));

    assertThat(refused.text()).isEqualTo("invalid command '" + query + "', use SHOW HELP;");
    assertThat(refused.sqlState()).isEqualTo("08P01");
  }

  @Test
  void aLongQueryIsRefusedBeforeItIsLookedAt() {
    var refused =
        catchThrowableOfType(
            CommandException.class, () -> CommandParser.parse("SHOW " + "\"\"".repeat(100_000)));

    assertThat(refused.text()).isEqualTo("bad arguments");
  }
}
