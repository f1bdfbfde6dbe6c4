package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.IntOrString;

/**
 * How instances are replaced when what they run changes. Each is a number of instances or a
 * percentage of {@code spec.replicas}, from 0% to 100%.
 *
 * @param maxSurge how many there may be beyond {@code spec.replicas}, {@code 25%} by default,
 *     rounded up
 * @param maxUnavailable how many of them may be missing, 0 by default, rounded down
 */
@ValidationRule(
    value = "!(string(self.maxSurge) in ['0', '0%'] && string(self.maxUnavailable) in ['0', '0%'])",
    message =
        "spec.updateStrategy.maxSurge and spec.updateStrategy.maxUnavailable must not both be zero,"
            + " or no instance could ever be replaced: set maxSurge to at least 1")
public record UpdateStrategySpec(
    @Default(UpdateStrategySpec.DEFAULT_SURGE)
        @ValidationRule(
            value = UpdateStrategySpec.AMOUNT,
            message =
                "spec.updateStrategy.maxSurge must be a percentage from 0% to 100%, such as 25%, or"
                    + " a whole number of instances from 0, unquoted")
        @JsonPropertyDescription(
            "Instances that may exist beyond spec.replicas while they are replaced: a number or a"
                + " percentage. They share the budget with the others.")
        IntOrString maxSurge,
    @Default("0")
        @ValidationRule(
            value = UpdateStrategySpec.AMOUNT,
            message =
                "spec.updateStrategy.maxUnavailable must be a percentage from 0% to 100%, such as"
                    + " 25%, or a whole number of instances from 0, unquoted")
        @JsonPropertyDescription(
            "Instances that may be missing of spec.replicas while they are replaced: a number or a"
                + " percentage.")
        IntOrString maxUnavailable) {

  static final String DEFAULT_SURGE = "25%";
  static final String AMOUNT =
      "type(self) == int ? self >= 0 : self.matches('^([0-9]|[1-9][0-9]|100)%$')";

  /** What an absent {@code updateStrategy} stands for. */
  static final UpdateStrategySpec DEFAULT =
      new UpdateStrategySpec(new IntOrString(DEFAULT_SURGE), new IntOrString(0));

  public UpdateStrategySpec {
    maxSurge = maxSurge == null ? new IntOrString(DEFAULT_SURGE) : maxSurge;
    maxUnavailable = maxUnavailable == null ? new IntOrString(0) : maxUnavailable;
  }
}
