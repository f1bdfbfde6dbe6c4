package dev.penstock.operator.desired;

/**
 * What the operator was installed with, where a resource says nothing.
 *
 * @param poolerImage image of the pooler
 */
public record OperatorDefaults(String poolerImage) {

  public OperatorDefaults {
    if (poolerImage.isBlank()) {
      throw new IllegalArgumentException(
          "the pooler's image must not be empty: set POOLER_IMAGE, such as penstock/pooler:0.1.0");
    }
  }
}
