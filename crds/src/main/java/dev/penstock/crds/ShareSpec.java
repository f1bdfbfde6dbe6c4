package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * How much of the server's budget a pool may have.
 *
 * @param min connections the pool is never brought below, at least 0; none when absent
 * @param max connections the pool never exceeds, at least 1; the whole budget when absent
 * @param weight how much it counts against other pools of the server, 1 to 1000, 1 by default
 */
@ValidationRule(
    value = "!has(self.min) || !has(self.max) || self.min <= self.max",
    message =
        "spec.share.min must not exceed spec.share.max (both numbers of connections): lower min or"
            + " raise max")
public record ShareSpec(
    @Min(0)
        @JsonPropertyDescription(
            "Server connections that the pool can always count on, all instances together.")
        @Nullable Integer min,
    @Min(1)
        @JsonPropertyDescription(
            "Most server connections of the pool, all instances together. The whole budget when"
                + " absent.")
        @Nullable Integer max,
    @Default("1")
        @Min(1)
        @Max(1000)
        @JsonPropertyDescription("How much the pool counts against others of the same server.")
        int weight) {

  public ShareSpec {
    weight = weight == 0 ? 1 : weight;
  }
}
