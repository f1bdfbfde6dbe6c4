package dev.penstock.operator;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/**
 * The client for the API server. It does not read {@code metadata.managedFields}, which are most of
 * many an object in a watch's cache and are for the API server alone: what it is sent without them
 * it takes as saying nothing about them.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#clearing-managedfields">Clearing
 *     managedFields</a>
 */
public final class ApiClient {

  @JsonIgnoreProperties("managedFields")
  private interface Unmanaged {}

  private ApiClient() {}

  /** A client to be configured and built. */
  public static KubernetesClientBuilder builder() {
    ObjectMapper mapper = new ObjectMapper();
    mapper.addMixIn(ObjectMeta.class, Unmanaged.class);
    return new KubernetesClientBuilder()
        .withKubernetesSerialization(new KubernetesSerialization(mapper, true));
  }
}
