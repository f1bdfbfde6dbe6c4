package dev.penstock.simulation;

import dev.penstock.crds.DatabaseServer;
import dev.penstock.operator.probe.ServerFacts;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The resource with the ledger, at an API server that does not always answer. */
public final class ApiServer {

  /** What is told of every write that was accepted. */
  interface Witness {

    /**
     * Has happened.
     *
     * @param knew what the writer had been told by the database when it sent this
     */
    void written(
        String writer, @Nullable ServerFacts knew, DatabaseServer before, DatabaseServer after);
  }

  private final Timeline time;
  private final Chance chance;
  private final Witness witness;
  private DatabaseServer current;
  private int failing;

  ApiServer(Timeline time, Chance chance, DatabaseServer first, Witness witness) {
    this.time = time;
    this.chance = chance;
    this.current = first;
    this.witness = witness;
  }

  /** Of a hundred calls, how many fail; half of the writes that fail are accepted all the same. */
  void failing(int share) {
    failing = share;
  }

  /** The resource as it is. */
  DatabaseServer current() {
    return current;
  }

  /** A read past every cache. */
  public Optional<DatabaseServer> get() {
    mayFail();
    return Optional.of(current);
  }

  private void mayFail() {
    if (chance.percent(failing)) {
      throw new KubernetesClientException("the API server did not answer");
    }
  }

  /**
   * Writes a status by compare-and-set.
   *
   * @return empty if the resource has another version by now
   */
  public Optional<DatabaseServer> updateStatus(OperatorHost writer, DatabaseServer next) {
    ServerFacts knew = writer.questions().shown();
    if (chance.percent(failing)) {
      if (chance.percent(50)) {
        time.after(chance.upTo(Duration.ofSeconds(2)), () -> accept(writer.name(), knew, next));
      }
      throw new KubernetesClientException("the API server did not answer");
    }
    return accept(writer.name(), knew, next);
  }

  private Optional<DatabaseServer> accept(
      String writer, @Nullable ServerFacts knew, DatabaseServer next) {
    if (!next.getMetadata()
        .getResourceVersion()
        .equals(current.getMetadata().getResourceVersion())) {
      return Optional.empty();
    }
    DatabaseServer before = current;
    current = versioned(next);
    current.setSpec(before.getSpec());
    witness.written(writer, knew, before, current);
    return Optional.of(current);
  }

  /** Someone else writes: a label, an annotation, a managed field. */
  void touch() {
    current = versioned(current);
  }

  private DatabaseServer versioned(DatabaseServer from) {
    long version = Long.parseLong(current.getMetadata().getResourceVersion());
    DatabaseServer next = new DatabaseServer();
    next.setMetadata(
        new ObjectMetaBuilder(from.getMetadata())
            .withResourceVersion(Long.toString(version + 1))
            .build());
    next.setSpec(from.getSpec());
    next.setStatus(from.getStatus());
    return next;
  }
}
