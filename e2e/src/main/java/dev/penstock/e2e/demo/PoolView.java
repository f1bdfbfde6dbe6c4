package dev.penstock.e2e.demo;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.crds.LedgerEntry;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A pool and its pods at one moment, as the API server shows them.
 *
 * @param observed whether the status answers the newest spec
 * @param conditions what holds of the pool: the reason, by the type
 * @param budget connections the pool may use, 0 before it is known
 * @param bounds sum of the ledger, entries of pods that are gone included
 * @param granted sum of the grants
 * @param held server connections open, by the instances' reports
 * @param entries lines of the ledger
 * @param instances the pods, in the order of their names
 */
public record PoolView(
    boolean observed,
    Map<String, String> conditions,
    int budget,
    int bounds,
    int granted,
    int held,
    int entries,
    List<Instance> instances) {

  public PoolView {
    conditions = Map.copyOf(conditions);
    instances = List.copyOf(instances);
  }

  static PoolView of(ConnectionPool pool, Collection<Pod> pods) {
    ConnectionPoolStatus status =
        Objects.requireNonNullElse(pool.getStatus(), ConnectionPoolStatus.EMPTY);
    Map<String, LedgerEntry> byUid =
        status.ledger().stream()
            .collect(Collectors.toMap(PoolView::uid, Function.identity(), PoolView::newer));
    return new PoolView(
        Objects.equals(status.observedGeneration(), pool.getMetadata().getGeneration()),
        status.conditions().stream()
            .collect(Collectors.toMap(Condition::getType, Condition::getReason)),
        Objects.requireNonNullElse(status.budget(), 0),
        status.ledger().stream().mapToInt(LedgerEntry::bound).sum(),
        status.ledger().stream().mapToInt(LedgerEntry::granted).sum(),
        status.ledger().stream().mapToInt(LedgerEntry::held).sum(),
        status.ledger().size(),
        pods.stream()
            .map(pod -> instance(pod, Optional.ofNullable(byUid.get(pod.getMetadata().getUid()))))
            .sorted(Comparator.comparing(Instance::pod))
            .toList());
  }

  /**
   * A restarted container leaves two lines for one pod for a while; the live one is its present.
   */
  private static LedgerEntry newer(LedgerEntry left, LedgerEntry right) {
    return left.state().compareTo(right.state()) <= 0 ? left : right;
  }

  private static String uid(LedgerEntry entry) {
    return entry.instance().substring(0, entry.instance().indexOf('/'));
  }

  private static Instance instance(Pod pod, Optional<LedgerEntry> entry) {
    return new Instance(
        pod.getMetadata().getName(),
        pod.getMetadata().getUid(),
        Readiness.isPodReady(pod),
        pod.getMetadata().getDeletionTimestamp() != null,
        entry.map(LedgerEntry::bound).orElse(0),
        entry.map(LedgerEntry::granted).orElse(0),
        entry.map(LedgerEntry::held).orElse(0),
        entry.map(LedgerEntry::state));
  }

  /** Pods that serve clients with a share of their own. */
  public long serving() {
    return instances.stream().filter(Instance::serves).count();
  }

  /**
   * Whether exactly so many instances are there, every one of them serves with its share, and the
   * whole budget is with them.
   */
  public boolean settledAt(int count) {
    return observed
        && instances.size() == count
        && entries == count
        && serving() == count
        && granted == budget
        && bounds == budget;
  }

  /** Whether the conditions say that all is well: instances, budget and server. */
  public boolean healthy() {
    return Objects.equals(conditions.get("Ready"), "InstancesReady")
        && Objects.equals(conditions.get("Progressing"), "Stable")
        && Objects.equals(conditions.get("Budgeted"), "WithinBudget")
        && Objects.equals(conditions.get("ServerReachable"), "Answered");
  }

  /** The instance in a pod; empty when there is no such pod. */
  public Optional<Instance> instance(String uid) {
    return instances.stream().filter(one -> one.uid().equals(uid)).findFirst();
  }

  /** The grants in words: {@code 8×8 2×9} for eight instances with 8 and two with 9. */
  public String grants() {
    return instances.stream()
        .filter(instance -> !instance.leaving())
        .collect(Collectors.groupingBy(Instance::grant, TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(entry -> entry.getValue() + "×" + entry.getKey())
        .collect(Collectors.joining(" "));
  }
}
