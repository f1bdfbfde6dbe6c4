package dev.penstock.crds;

import io.fabric8.crdv2.generator.CRDGenerationInfo;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The CRD manifest as it follows from the Java classes. */
final class CrdManifest {

  static final String FILE_NAME = ConnectionPool.PLURAL + "." + ConnectionPool.GROUP + ".yaml";

  private static final String HEADER =
      "# Generated from the Java classes of module crds; edit those, then run CrdManifestTest with"
          + " -Dpenstock.update=true.\n";

  private CrdManifest() {}

  /** Generates the manifest anew, as YAML with a trailing newline. */
  static String generate() {
    Memory memory = new Memory();
    CRDGenerationInfo info =
        new CRDGenerator()
            .customResourceClasses(ConnectionPool.class)
            .withMinQuotes(true)
            .withPostProcessor(new Completion())
            .withOutput(memory)
            .detailedGenerate();
    if (info.numberOfGeneratedCRDs() != 1) {
      throw new IllegalStateException("expected one CRD, was " + info.numberOfGeneratedCRDs());
    }
    String yaml = memory.bytes.toString(StandardCharsets.UTF_8);
    return HEADER + yaml.substring(yaml.indexOf('\n') + 1);
  }

  private static final class Completion implements CRDPostProcessor {
    @Override
    public HasMetadata process(HasMetadata crd, String specVersion) {
      complete((CustomResourceDefinition) crd);
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
  private static void complete(CustomResourceDefinition crd) {
    for (CustomResourceDefinitionVersion version : crd.getSpec().getVersions()) {
      version.setAdditionalPrinterColumns(
          List.of(
              column("Mode", "string", ".spec.poolMode"),
              column("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status"),
              column("Instances", "string", ".status.instances"),
              column("Budget", "integer", ".status.budget"),
              column("Granted", "integer", ".status.granted"),
              column("Held", "integer", ".status.held"),
              column("Waiting", "integer", ".status.waiting"),
              column("Age", "date", ".metadata.creationTimestamp")));
      JSONSchemaProps status = property(version.getSchema().getOpenAPIV3Schema(), "status");
      JSONSchemaProps conditions = property(status, "conditions");
      keyed(conditions, "type");
      conditions
          .getItems()
          .getSchema()
          .setRequired(List.of("type", "status", "lastTransitionTime", "reason", "message"));
      keyed(property(status, "ledger"), "instance");
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
