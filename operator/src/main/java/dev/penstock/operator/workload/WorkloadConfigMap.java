package dev.penstock.operator.workload;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.WorkloadMode;
import dev.penstock.crds.WorkloadSpec;
import dev.penstock.operator.desired.Names;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import org.jspecify.annotations.Nullable;

/** The ConfigMap that tells the pods of a workload what their pools should be. Pure. */
public final class WorkloadConfigMap {

  private static final String COMPONENT_LABEL = "app.kubernetes.io/component";
  private static final String COMPONENT = "workload-settings";
  private static final String KIND_ANNOTATION = "penstock.dev/workload-kind";
  private static final String NAME_ANNOTATION = "penstock.dev/workload-name";

  /** How many pods the size was made for: what the next one is compared with. */
  private static final String SIZED_FOR_ANNOTATION = "penstock.dev/sized-for-pods";

  private WorkloadConfigMap() {}

  static ConfigMap of(ConnectionPool pool, WorkloadSpec workload, Sizing sizing) {
    Names names = Names.of(pool);
    return new ConfigMapBuilder()
        .withMetadata(names.metadata(names.workload(workload.kind(), workload.name())))
        .editMetadata()
        .addToLabels(COMPONENT_LABEL, COMPONENT)
        .addToAnnotations(KIND_ANNOTATION, workload.kind())
        .addToAnnotations(NAME_ANNOTATION, workload.name())
        .addToAnnotations(SIZED_FOR_ANNOTATION, String.valueOf(sizing.sizedFor()))
        .endMetadata()
        .withData(LibrarySettings.of(behaviour(pool, workload, sizing.poolSize())))
        .build();
  }

  private static LibrarySettings.Behaviour behaviour(
      ConnectionPool pool, WorkloadSpec workload, int size) {
    if (workload.mode() == WorkloadMode.DIRECT) {
      return LibrarySettings.Behaviour.direct(size);
    }
    return Servable.keepsSessions(pool.getSpec())
        ? LibrarySettings.Behaviour.keepingSessions(size)
        : LibrarySettings.Behaviour.takingTurns(size);
  }

  /** Whether it is one of these, and not the ConfigMap of the pool's own configuration. */
  public static boolean isOne(ConfigMap configMap) {
    return COMPONENT.equals(configMap.getMetadata().getLabels().get(COMPONENT_LABEL));
  }

  /** How many pods it was made for; 0 if that cannot be read. */
  static int sizedFor(ConfigMap configMap) {
    return number(configMap.getMetadata().getAnnotations().get(SIZED_FOR_ANNOTATION));
  }

  /** The size that it tells; 0 if that cannot be read. */
  static int poolSize(ConfigMap configMap) {
    return number(configMap.getData().get(LibrarySettings.SIZE));
  }

  /** Anyone may have edited it; what is not a number is as good as none, and is written anew. */
  private static int number(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
  }
}
