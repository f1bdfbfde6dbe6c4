package dev.penstock.operator.pool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.contract.Incarnation;
import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.crds.DatabaseServerStatus;
import dev.penstock.operator.desired.Names;
import dev.penstock.operator.fleet.FleetIdentity;
import dev.penstock.operator.fleet.KeyMaterial;
import dev.penstock.operator.fleet.SpeakingInstance;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;

/** What else there is in a cluster: someone who makes pools, and the nodes that run their pods. */
final class PoolWorld {

  private static final String CONTAINER = "pooler";
  private static final Instant STARTED = Instant.parse("2020-01-01T00:00:00Z");

  private final KubernetesClient client;
  private final String namespace;

  PoolWorld(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** A Secret with the credentials of a role. */
  void secret(String name, String user) {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withType("kubernetes.io/basic-auth")
                .withData(Map.of("username", encoded(user), "password", encoded("right")))
                .build())
        .serverSideApply();
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  /** Makes a pool whose server is at that address. */
  ConnectionPool pool(String name, int replicas, String host, int port) {
    return pool(name, replicas, host, port, "probe");
  }

  ConnectionPool pool(String name, int replicas, String host, int port, String secret) {
    String yaml =
        """
        apiVersion: penstock.dev/v1alpha1
        kind: ConnectionPool
        metadata: {name: %s, namespace: %s}
        spec:
          server:
            host: %s
            port: %d
            credentialsSecretRef: {name: %s}
          users: [{secretRef: {name: app}}]
          replicas: %d
        """
            .formatted(name, namespace, host, port, secret, replicas);
    return client
        .resource(new KubernetesSerialization().unmarshal(yaml, ConnectionPool.class))
        .create();
  }

  ConnectionPool get(String name) {
    return Objects.requireNonNull(
        client.resources(ConnectionPool.class).inNamespace(namespace).withName(name).get());
  }

  DatabaseServer server(String name) {
    return Objects.requireNonNull(
        client.resources(DatabaseServer.class).inNamespace(namespace).withName(name).get());
  }

  DatabaseServerStatus serverStatus(String name) {
    return Optional.ofNullable(server(name).getStatus()).orElse(DatabaseServerStatus.EMPTY);
  }

  boolean exists(String name) {
    return client.resources(ConnectionPool.class).inNamespace(namespace).withName(name).get()
        != null;
  }

  ConnectionPoolStatus status(String name) {
    return Optional.ofNullable(get(name).getStatus()).orElse(ConnectionPoolStatus.EMPTY);
  }

  /** Status and reason of a condition. */
  String condition(String name, String type) {
    return status(name).conditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .map(condition -> condition.getStatus() + "/" + condition.getReason())
        .orElse("none");
  }

  String message(String name, String type) {
    return status(name).conditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .map(Condition::getMessage)
        .findFirst()
        .orElse("");
  }

  List<Event> events(String pool) {
    return client.v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> pool.equals(event.getInvolvedObject().getName()))
        .toList();
  }

  /** Runs an instance in a pod of its own, as a node would. */
  SpeakingInstance start(String pool, String pod, String host) {
    SpeakingInstance instance = new SpeakingInstance(certificates(pool), host, 0, incarnation(pod));
    create(pool, pod, instance.port());
    client
        .pods()
        .inNamespace(namespace)
        .withName(pod)
        .editStatus(found -> new PodBuilder(found).withStatus(running(host, true)).build());
    return instance;
  }

  /** What the process in a pod calls itself. */
  static String incarnation(String pod) {
    return Incarnation.of(STARTED, pod).id();
  }

  /** The certificates that the operator has issued for the pods of a pool. */
  FleetIdentity certificates(String pool) {
    String name = Names.of(get(pool)).fleetSecret();
    Secret secret =
        Awaitility.await()
            .until(
                () -> client.secrets().inNamespace(namespace).withName(name).get(),
                Objects::nonNull);
    KeyMaterial material = new KeyMaterial(text(secret, "tls.crt"), text(secret, "tls.key"));
    return new FleetIdentity(material, text(secret, "ca.crt"), material, material);
  }

  private static String text(Secret secret, String key) {
    String value = Objects.requireNonNull(secret.getData().get(key));
    return new String(Base64.getDecoder().decode(value), UTF_8);
  }

  private void create(String pool, String pod, int port) {
    client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(pod)
                .withNamespace(namespace)
                .withLabels(Names.of(get(pool)).labels())
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName(CONTAINER)
                .withImage("penstock/pooler:test")
                .addNewPort()
                .withName("fleet")
                .withContainerPort(port)
                .endPort()
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  private static PodStatus running(String address, boolean ready) {
    return new PodStatusBuilder()
        .withPhase("Running")
        .withPodIP(address)
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready ? "True" : "False")
        .endCondition()
        .addNewContainerStatus()
        .withName(CONTAINER)
        .withReady(ready)
        .withRestartCount(0)
        .withImage("penstock/pooler:test")
        .withImageID("none")
        .withState(
            new ContainerStateBuilder()
                .withNewRunning()
                .withStartedAt(STARTED.toString())
                .endRunning()
                .build())
        .endContainerStatus()
        .build();
  }

  /** Ends the process of a pod with an exit code, as its node would report it. */
  void end(String pod, int exitCode) {
    client
        .pods()
        .inNamespace(namespace)
        .withName(pod)
        .editStatus(
            found ->
                new PodBuilder(found)
                    .editStatus()
                    .withPhase(exitCode == 0 ? "Succeeded" : "Failed")
                    .editFirstContainerStatus()
                    .withState(
                        new ContainerStateBuilder()
                            .withNewTerminated()
                            .withExitCode(exitCode)
                            .withFinishedAt(
                                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                            .endTerminated()
                            .build())
                    .endContainerStatus()
                    .endStatus()
                    .build());
  }

  /** Removes a pod at once, without anyone having seen its process end. */
  void vanish(String pod) {
    client.pods().inNamespace(namespace).withName(pod).withGracePeriod(0).delete();
  }
}
