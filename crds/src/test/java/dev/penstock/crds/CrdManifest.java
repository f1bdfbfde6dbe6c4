package dev.penstock.crds;

import io.fabric8.crdv2.generator.CRDGenerationInfo;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * A CRD manifest as it follows from a Java class.
 *
 * @param type the resource
 * @param plural its name in the API
 * @param columns what {@code kubectl get} shows
 */
record CrdManifest(
    Class<? extends CustomResource<?, ?>> type,
    String plural,
    List<CustomResourceColumnDefinition> columns) {

  /** All that there are. */
  static final List<CrdManifest> ALL =
      List.of(
          new CrdManifest(
              ConnectionPool.class,
              ConnectionPool.PLURAL,
              List.of(
                  column("Mode", "string", ".spec.poolMode"),
                  column("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status"),
                  column("Instances", "string", ".status.instances"),
                  column("Budget", "integer", ".status.budget"),
                  column("Granted", "integer", ".status.granted"),
                  column("Held", "integer", ".status.held"),
                  column("Waiting", "integer", ".status.waiting"),
                  column("Age", "date", ".metadata.creationTimestamp"))),
          new CrdManifest(
              DatabaseServer.class,
              DatabaseServer.PLURAL,
              List.of(
                  column("Host", "string", ".spec.server.host"),
                  column("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status"),
                  column("Max", "integer", ".status.server.maxConnections"),
                  column("Reserved", "integer", ".status.server.reserved"),
                  column("Budget", "integer", ".status.budget"),
                  column("Granted", "integer", ".status.granted"),
                  column("Held", "integer", ".status.held"),
                  column("Waiting", "integer", ".status.waiting"),
                  column("Age", "date", ".metadata.creationTimestamp"))));

  private static final String HEADER =
      "# Generated from the Java classes of module crds; edit those, then run CrdManifestTest with"
          + " -Dpenstock.update=true.\n";

  String fileName() {
    return plural + "." + ConnectionPool.GROUP + ".yaml";
  }

  /** Generates the manifest anew, as YAML with a trailing newline. */
  String generate() {
    Memory memory = new Memory();
    CRDGenerationInfo info =
        new CRDGenerator()
            .customResourceClasses(type)
            .withMinQuotes(true)
            .withPostProcessor(new Completion(this))
            .withOutput(memory)
            .detailedGenerate();
    if (info.numberOfGeneratedCRDs() != 1) {
      throw new IllegalStateException("expected one CRD, was " + info.numberOfGeneratedCRDs());
    }
    String yaml = memory.bytes.toString(StandardCharsets.UTF_8);
    return HEADER + yaml.substring(yaml.indexOf('\n') + 1);
  }

  private record Completion(CrdManifest manifest) implements CRDPostProcessor {
    @Override
    public HasMetadata process(HasMetadata crd, String specVersion) {
      manifest.complete((CustomResourceDefinition) crd);
      return crd;
    }
  }

  private static final class Memory implements CRDGenerator.CRDOutput<ByteArrayOutputStream> {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public ByteArrayOutputStream outputFor(String crdName) {
      return bytes;
    }

    @Override
    public void close() {}
  }

  /** Adds what annotations cannot say: keyed lists, and the columns in their order. */
  private void complete(CustomResourceDefinition crd) {
    for (CustomResourceDefinitionVersion version : crd.getSpec().getVersions()) {
      version.setAdditionalPrinterColumns(columns);
      JSONSchemaProps status = property(version.getSchema().getOpenAPIV3Schema(), "status");
      JSONSchemaProps conditions = property(status, "conditions");
      keyed(conditions, "type");
      conditions
          .getItems()
          .getSchema()
          .setRequired(List.of("type", "status", "lastTransitionTime", "reason", "message"));
      keyed(property(status, "ledger"), "instance");
      if (status.getProperties().containsKey("pools")) {
        keyed(property(status, "pools"), "pool");
      }
      withoutDoubles(version.getSchema().getOpenAPIV3Schema());
      version.getSchema().getOpenAPIV3Schema().setRequired(List.of("spec"));
    }
  }

  /** The generator reads the rules of a record twice: from the field and from its accessor. */
  private static void withoutDoubles(JSONSchemaProps schema) {
    schema.setXKubernetesValidations(
        schema.getXKubernetesValidations().stream().distinct().toList());
    schema.getProperties().values().forEach(CrdManifest::withoutDoubles);
    if (schema.getItems() != null && schema.getItems().getSchema() != null) {
      withoutDoubles(schema.getItems().getSchema());
    }
  }

  private static JSONSchemaProps property(JSONSchemaProps parent, String name) {
    return Objects.requireNonNull(parent.getProperties().get(name), name);
  }

  private static void keyed(JSONSchemaProps list, String key) {
    list.setXKubernetesListType("map");
    list.setXKubernetesListMapKeys(List.of(key));
  }

  private static CustomResourceColumnDefinition column(String name, String type, String path) {
    CustomResourceColumnDefinition column = new CustomResourceColumnDefinition();
    column.setName(name);
    column.setType(type);
    column.setJsonPath(path);
    return column;
  }
}
