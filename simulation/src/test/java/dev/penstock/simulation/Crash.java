package dev.penstock.simulation;

/** The operator's process ends here; no code of its own can catch that. */
final class Crash extends Error {
  private static final long serialVersionUID = 1L;
}
