package dev.penstock.operator.status;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events on a resource, for {@code kubectl describe}. The same is not said again within a while.
 * Thread-safe.
 */
public final class Announcer {

  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
  private static final String COMPONENT = "penstock-operator";

  /** The API's limit is 1024 characters. */
  private static final int LONGEST_MESSAGE = 1000;

  private final KubernetesClient client;
  private final Clock clock;
  private final Duration silence;
  private final String instance;
  private final Map<String, Instant> said = new ConcurrentHashMap<>();

  /**
   * Has said nothing yet.
   *
   * @param silence how long the same is not repeated
   * @param instance name of this operator's pod
   */
  public Announcer(KubernetesClient client, Clock clock, Duration silence, String instance) {
    this.client = client;
    this.clock = clock;
    this.silence = silence;
    this.instance = instance;
  }

  /** Announces a change of a condition, or another thing that people should hear of. */
  public void announce(HasMetadata resource, Conditions.Change change) {
    Instant now = clock.instant();
    said.values().removeIf(at -> at.plus(silence).isBefore(now));
    String what = resource.getMetadata().getUid() + "/" + change.reason() + "/" + change.message();
    if (said.putIfAbsent(what, now) != null) {
      return;
    }
    try {
      client
          .v1()
          .events()
          .inNamespace(resource.getMetadata().getNamespace())
          .resource(event(resource, change, now))
          .create();
    } catch (KubernetesClientException refused) {
      // An Event is a courtesy: the condition says the same, and the grants must go on.
      LOG.warn("{} was not announced: {}", change, refused.getMessage());
    }
  }

  private Event event(HasMetadata resource, Conditions.Change change, Instant now) {
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    String message = change.message();
    return new EventBuilder()
        .withNewMetadata()
        .withGenerateName(resource.getMetadata().getName() + ".")
        .withNamespace(resource.getMetadata().getNamespace())
        .endMetadata()
        .withType(change.warning() ? "Warning" : "Normal")
        .withReason(change.reason())
        .withMessage(message.substring(0, Math.min(message.length(), LONGEST_MESSAGE)))
        .withInvolvedObject(
            new ObjectReferenceBuilder()
                .withApiVersion(resource.getApiVersion())
                .withKind(resource.getKind())
                .withNamespace(resource.getMetadata().getNamespace())
                .withName(resource.getMetadata().getName())
                .withUid(resource.getMetadata().getUid())
                .build())
        .withFirstTimestamp(time)
        .withLastTimestamp(time)
        .withCount(1)
        .withNewSource()
        .withComponent(COMPONENT)
        .endSource()
        .withReportingComponent(COMPONENT)
        .withReportingInstance(instance)
        .build();
  }
}
