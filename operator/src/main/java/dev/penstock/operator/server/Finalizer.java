package dev.penstock.operator.server;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import java.net.HttpURLConnection;

/** What holds a deleted resource until everything of it is accounted for. */
public final class Finalizer {

  private Finalizer() {}

  /**
   * Lets a resource go, and no other that has got its name by now. The framework does the like for
   * {@link DeleteControl#defaultDelete()}, but then notes of the name that no event counts any
   * more. Where one of the same name is made before it comes to that, the note hits the new one,
   * which is neglected from then on.
   */
  public static <R extends HasMetadata> DeleteControl remove(Context<R> context) {
    String uid = context.getPrimaryResource().getMetadata().getUid();
    String name = context.getControllerConfiguration().getFinalizerName();
    try {
      context
          .resourceOperations()
          .conflictRetryingPatchPrimary(
              resource -> {
                resource.removeFinalizer(name);
                return resource;
              },
              resource ->
                  resource != null
                      && resource.getMetadata().getUid().equals(uid)
                      && resource.hasFinalizer(name));
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw refused;
      }
    }
    return DeleteControl.noFinalizerRemoval();
  }
}
