package dev.penstock.pooler.config;

/** A value that has a name of its own in the configuration file. */
public interface Spelled {

  /** The name as the configuration file writes it. */
  String spelling();
}
