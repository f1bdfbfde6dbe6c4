package dev.penstock.e2e.demo;

import dev.penstock.e2e.sampler.Summary;
import java.time.Duration;

/**
 * One step of the demo, once its state was reached and had lasted for a while.
 *
 * @param name what was done
 * @param instances how many there should be
 * @param took from the request until every instance served with its share
 * @param grew whether instances were added
 * @param view the pool at the end of the step
 * @param server what the server itself had in the course of the step
 */
public record Step(
    String name, int instances, Duration took, boolean grew, PoolView view, Summary server) {}
