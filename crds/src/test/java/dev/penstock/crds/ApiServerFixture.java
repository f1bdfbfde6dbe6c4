package dev.penstock.crds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A real Kubernetes API server with its etcd, on loopback ports, and nothing else: no controllers,
 * no node. RBAC is on. One serves all tests of a JVM, and ends with it.
 *
 * <p>The programs are those of the test cluster in {@code e2e/cluster}, built on first use.
 * Thread-safe.
 */
public final class ApiServerFixture implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private static @Nullable ApiServerFixture shared;

  private final Path directory;
  private final List<Process> processes = new ArrayList<>();
  private final Config administrator;

  private ApiServerFixture() throws IOException, InterruptedException, GeneralSecurityException {
    Path programs = ClusterPrograms.directory();
    directory = Files.createTempDirectory("penstock-apiserver");
    try {
      int etcd = freePort();
      int secure = freePort();
      String token = UUID.randomUUID().toString();
      Path tokens =
          Files.writeString(
              directory.resolve("tokens.csv"), token + ",administrator,1,system:masters\n");
      writeServiceAccountKeys();
      start(
          "etcd",
          programs.resolve("etcd").toString(),
          "--data-dir=" + directory.resolve("etcd"),
          "--listen-client-urls=http://127.0.0.1:" + etcd,
          "--advertise-client-urls=http://127.0.0.1:" + etcd,
          "--listen-peer-urls=http://127.0.0.1:" + freePort(),
          "--unsafe-no-fsync");
      start(
          "kube-apiserver",
          programs.resolve("kube-apiserver").toString(),
          "--etcd-servers=http://127.0.0.1:" + etcd,
          "--bind-address=127.0.0.1",
          "--secure-port=" + secure,
          "--advertise-address=127.0.0.1",
          "--endpoint-reconciler-type=none",
          "--cert-dir=" + directory.resolve("certificates"),
          "--token-auth-file=" + tokens,
          "--authorization-mode=RBAC",
          // Without controllers no namespace has its default service account.
          "--disable-admission-plugins=ServiceAccount",
          "--service-cluster-ip-range=198.19.0.0/16",
          "--service-account-issuer=https://kubernetes.default.svc",
          "--service-account-key-file=" + directory.resolve("sa.pub"),
          "--service-account-signing-key-file=" + directory.resolve("sa.key"));
      Path certificate = directory.resolve("certificates/apiserver.crt");
      Awaitility.await()
          .atMost(START_LIMIT)
          .failFast(this::assertAlive)
          .until(() -> Files.exists(certificate));
      administrator =
          new ConfigBuilder(Config.empty())
              .withMasterUrl("https://127.0.0.1:" + secure)
              .withCaCertFile(certificate.toString())
              .withOauthToken(token)
              .withRequestRetryBackoffLimit(0)
              .build();
      // Refused, or answered 500, while it starts: asked again, and the last refusal reported.
      Awaitility.await()
          .atMost(START_LIMIT)
          .failFast(this::assertAlive)
          .ignoreExceptionsInstanceOf(KubernetesClientException.class)
          .untilAsserted(this::assertReady);
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The API server of this JVM; started by the first call, stopped when the JVM ends. */
  public static synchronized ApiServerFixture shared() {
    if (shared == null) {
      try {
        ApiServerFixture started = new ApiServerFixture();
        Runtime.getRuntime().addShutdownHook(new Thread(started::close));
        shared = started;
      } catch (IOException | GeneralSecurityException e) {
        throw new IllegalStateException("cannot start an API server", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while starting an API server", e);
      }
    }
    return shared;
  }

  /** How to reach it as a member of system:masters. */
  public Config administrator() {
    return new ConfigBuilder(administrator).build();
  }

  /** How to reach it with the token of another account. */
  public Config withToken(String token) {
    return new ConfigBuilder(administrator).withOauthToken(token).build();
  }

  /** A client for the administrator, to be closed by the caller. */
  public KubernetesClient client() {
    return new KubernetesClientBuilder().withConfig(administrator()).build();
  }

  @Override
  public void close() {
    for (Process process : processes.reversed()) {
      process.destroyForcibly().onExit().join();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void start(String name, String... command) throws IOException {
    processes.add(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log(name).toFile())
            .start());
  }

  private Path log(String name) {
    return directory.resolve(name + ".log");
  }

  private void assertAlive() throws IOException {
    for (Process process : processes) {
      if (!process.isAlive()) {
        throw new IllegalStateException(
            "a process ended with "
                + process.exitValue()
                + "\n"
                + Files.readString(log("etcd"), UTF_8)
                + Files.readString(log("kube-apiserver"), UTF_8));
      }
    }
  }

  private void assertReady() {
    try (KubernetesClient client = client()) {
      assertThat(client.raw("/readyz")).isEqualTo("ok");
    }
  }

  private void writeServiceAccountKeys() throws IOException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair keys = generator.generateKeyPair();
    writePem("sa.key", "PRIVATE KEY", keys.getPrivate().getEncoded());
    writePem("sa.pub", "PUBLIC KEY", keys.getPublic().getEncoded());
  }

  private void writePem(String file, String type, byte[] encoded) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    Files.writeString(
        directory.resolve(file),
        "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
