package dev.penstock.operator.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {

  @Test
  void hundredConnectionsWithThreeReservedAndFifteenPercentHeadroomGive82() {
    assertThat(Budget.of(100, 3, Headroom.parse("15%"))).isEqualTo(new Budget(82));
    assertThat(Budget.of(100, 3, Headroom.DEFAULT)).isEqualTo(new Budget(82));
  }

  @Test
  void aNumberAsHeadroomIsSubtracted() {
    assertThat(Budget.of(100, 3, Headroom.parse("20"))).isEqualTo(new Budget(77));
  }

  @Test
  void aPercentageMayHaveDecimals() {
    assertThat(Budget.of(1000, 0, Headroom.parse("12.5%"))).isEqualTo(new Budget(875));
  }

  @Test
  void nothingLeftIsZeroAndNeverLess() {
    assertThat(Budget.of(10, 13, Headroom.DEFAULT)).isEqualTo(new Budget(0));
    assertThat(Budget.of(10, 3, Headroom.parse("50"))).isEqualTo(new Budget(0));
    assertThat(Budget.of(0, 0, Headroom.parse("0"))).isEqualTo(new Budget(0));
  }

  @Property
  void aPercentageIsExactAsDecimalArithmeticIs(
      @ForAll @IntRange(max = 262_143) int maxConnections,
      @ForAll @IntRange(max = 300_000) int reserved,
      @ForAll @IntRange(max = 99_999) int thousandths) {
    BigDecimal exact =
        BigDecimal.valueOf(Math.max(0, maxConnections - reserved))
            .multiply(BigDecimal.ONE.subtract(BigDecimal.valueOf(thousandths, 5)));
    assertThat(
            Budget.of(maxConnections, reserved, new Headroom.Percentage(thousandths)).connections())
        .isEqualTo(exact.setScale(0, RoundingMode.FLOOR).intValueExact());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"100%", "-1", "-5%", "15 percent", "", "%", "1.2345%", "1.5", "99999999999"})
  void aBadHeadroomIsRefusedWithItsValueAndARemedy(String text) {
    assertThatThrownBy(() -> Headroom.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining("give a percentage from 0% to below 100%");
  }
}
