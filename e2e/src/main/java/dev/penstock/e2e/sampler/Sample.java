package dev.penstock.e2e.sampler;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What the server had at one moment.
 *
 * @param at when the answer was there
 * @param sincePrevious from the sample before to this one, zero for the first
 * @param missed moments at which one was due since the sample before, and none was taken
 * @param fleet client backends that count against the budget
 * @param byAddress the same, by the address they come from
 */
public record Sample(
    Instant at, Duration sincePrevious, int missed, int fleet, Map<String, Integer> byAddress) {

  public Sample {
    byAddress = Map.copyOf(byAddress);
  }
}
