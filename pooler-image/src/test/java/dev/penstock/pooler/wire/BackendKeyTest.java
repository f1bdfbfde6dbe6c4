package dev.penstock.pooler.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackendKeyTest {

  private static final SecureRandom RANDOM = new SecureRandom();

  private static List<BackendKey> keys(int instance) {
    return Stream.generate(() -> BackendKey.draw(instance, RANDOM)).limit(1000).toList();
  }

  @Test
  void namesItsInstanceAndLooksLikeAProcess() {
    for (int instance : new int[] {0, 1, 0x8000, 0xffff}) {
      assertThat(keys(instance))
          .allSatisfy(
              key -> {
                assertThat(key.instance()).isEqualTo(instance);
                assertThat(key.processId()).isNotNegative();
              });
    }
  }

  @Test
  void fortySevenBitsOfItAreRandom() {
    long ones = 0;
    long zeros = 0;
    for (BackendKey key : keys(0)) {
      long bits = (long) key.processId() << 32 | Integer.toUnsignedLong(key.secret());
      ones |= bits;
      zeros |= ~bits;
    }

    // Each of them stays the same in a thousand keys once in 2^994.
    assertThat(Long.bitCount(ones & zeros)).isEqualTo(47);
  }

  @Test
  void theNumbersOfInstancesAreSpread() {
    List<Integer> numbers =
        Stream.generate(() -> Long.toHexString(RANDOM.nextLong()))
            .limit(10_000)
            .map(BackendKey::instanceOf)
            .toList();

    assertThat(numbers).allMatch(number -> number >= 0 && number <= 0xffff);
    // 10,000 balls into 65,536 bins: 9,278 on average, with a standard deviation of 24.
    assertThat(numbers.stream().distinct()).hasSizeGreaterThan(9_000);
  }

  @Test
  void isReadBackFromItsText() {
    BackendKey key = new BackendKey(0x0000_00ff, 0x8000_0001);

    assertThat(key.text()).isEqualTo("000000ff80000001");
    assertThat(BackendKey.parse(key.text())).isEqualTo(key);
    for (String bad : List.of("", "000000ff8000000", "000000ff800000011", "000000ff8000000x")) {
      assertThatThrownBy(() -> BackendKey.parse(bad)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void doesNotTellItsSecretToALog() {
    assertThat(new BackendKey(7, 0x1234_5678).toString()).doesNotContain("305419896", "12345678");
  }
}
