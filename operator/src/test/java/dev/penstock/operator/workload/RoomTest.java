package dev.penstock.operator.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.ConnectionPool;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a pool can count on among others. */
class RoomTest {

  private static final ConnectionPool PLAIN = Some.pool("replicas: 1");

  private static Room room(int most, ConnectionPool pool, ConnectionPool... others) {
    return Room.of(
        82, most, pool, Stream.concat(Stream.of(pool), Stream.of(others)).toList(), 1000);
  }

  @Test
  void aPoolAloneCountsOnAllThatItMayHave() {
    assertThat(room(82, PLAIN).pool()).isEqualTo(82);
    assertThat(room(60, Some.pool("share: {max: 60}")).pool()).isEqualTo(60);
  }

  @Test
  void poolsOfOneServerCountOnTheirPartsByWeight() {
    ConnectionPool heavy = Some.pool("share: {weight: 3}");
    assertThat(room(82, heavy, PLAIN).pool()).isEqualTo(61);
    assertThat(room(82, PLAIN, heavy).pool()).isEqualTo(20);
    assertThat(room(82, Some.pool("share: {min: 40}"), heavy).pool()).isEqualTo(40);
  }

  @Test
  void directWorkloadsOfAllPoolsComeFirst() {
    ConnectionPool direct =
        Some.pool("workloads: [{kind: StatefulSet, name: q, mode: direct, connections: 22}]");
    Room room = room(60, PLAIN, direct);
    assertThat(room.direct()).isEqualTo(22);
    assertThat(room.pool()).isEqualTo(30);
    assertThat(Room.of(20, 0, PLAIN, List.of(PLAIN, direct), 1000).pool()).isZero();
  }
}
