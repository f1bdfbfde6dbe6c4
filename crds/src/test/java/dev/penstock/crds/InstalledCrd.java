package dev.penstock.crds;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The checked-in definitions, at an API server. */
public final class InstalledCrd {

  private InstalledCrd() {}

  /** Applies them and waits until the API server serves the resources. Idempotent. */
  public static void install(KubernetesClient client) {
    for (String plural : List.of(ConnectionPool.PLURAL, DatabaseServer.PLURAL)) {
      install(client, plural + "." + ConnectionPool.GROUP + ".yaml");
    }
  }

  private static void install(KubernetesClient client, String file) {
    CustomResourceDefinition crd =
        client
            .apiextensions()
            .v1()
            .customResourceDefinitions()
            .load(InstalledCrd.class.getResourceAsStream("/META-INF/penstock/" + file))
            .item();
    client.resource(crd).serverSideApply();
    client
        .resource(crd)
        .waitUntilCondition(
            installed ->
                installed != null
                    && installed.getStatus() != null
                    && installed.getStatus().getConditions() != null
                    && installed.getStatus().getConditions().stream()
                        .anyMatch(
                            c -> "Established".equals(c.getType()) && "True".equals(c.getStatus())),
            30,
            TimeUnit.SECONDS);
  }
}
