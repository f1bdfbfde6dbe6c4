package dev.penstock.pooler.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is asked for, it is a command or is refused. */
class GarbageTest {

  @Property
  void anyTextIsACommandOrRefused(@ForAll("pieces") List<String> pieces) {
    var query = String.join("", pieces);
    try {
      assertThat(CommandParser.parse(query)).isNotNull();
    } catch (CommandException e) {
      assertThat(e.text()).isNotEmpty();
      assertThat(e.sqlState()).hasSize(5);
    }
  }

  @Provide
  Arbitrary<List<String>> pieces() {
    return Arbitraries.oneOf(
            Arbitraries.of(
                "SHOW",
                "SET",
                "KILL_CLIENT",
                "PAUSE",
                "to",
                " ",
                "\n",
                "=",
                ";",
                "\"",
                "\"\"",
                "'",
                "''",
                "\0",
                "a",
                "-"),
            Arbitraries.strings().ofMaxLength(5))
        .list()
        .ofMaxSize(400);
  }
}
