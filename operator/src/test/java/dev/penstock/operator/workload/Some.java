package dev.penstock.operator.workload;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.WorkloadSpec;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** Resources as users write them. */
final class Some {

  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  /** Without it what begins with a brace is taken for JSON. */
  private static final String YAML_FOLLOWS = "---\n";

  private Some() {}

  static WorkloadSpec workload(String yaml) {
    return YAML.unmarshal(YAML_FOLLOWS + yaml, WorkloadSpec.class);
  }

  static GenericKubernetesResource object(String yaml) {
    return YAML.unmarshal(YAML_FOLLOWS + yaml, GenericKubernetesResource.class);
  }

  /** A pool as the API server has it, with these lines in its spec. */
  static ConnectionPool pool(String spec) {
    ConnectionPool pool =
        YAML.unmarshal(
            """
            apiVersion: penstock.dev/v1alpha1
            kind: ConnectionPool
            metadata: {name: orders, namespace: shop, uid: 3f0c6a52-7f5e-4c1c-9c6e-2f8f0d3b1a77}
            spec:
              server: {host: orders-db, credentialsSecretRef: {name: probe}}
              users: [{secretRef: {name: app}}]
            """
                + spec.indent(2),
            ConnectionPool.class);
    return pool;
  }

  static WorkloadView known(int wanted, int most) {
    return new WorkloadView.Known(new PodCount(wanted, most));
  }
}
