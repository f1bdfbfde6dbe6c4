package dev.penstock.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NamesTest {

  @Test
  void aWorkloadsConfigMapHasANameThatFitsAndIsItsOwn() {
    Names names = Names.of(Pools.fixture("full"));
    assertThat(names.workload("StatefulSet", "queue")).isEqualTo("full-statefulset-queue");
    String longName = "a".repeat(60);
    assertThat(names.workload("Deployment", longName + ".b"))
        .hasSize(63)
        .startsWith("full-deployment-aaa")
        .isNotEqualTo(names.workload("Deployment", longName + ".c"))
        .isEqualTo(names.workload("Deployment", longName + ".b"));
    assertThat(names.workload("Deployment", "a".repeat(37) + "-." + "b".repeat(60)))
        .matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  }
}
