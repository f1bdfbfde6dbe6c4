package dev.penstock.operator.server;

import io.fabric8.kubernetes.api.model.Secret;
import java.util.Optional;

/** The Secrets that pools and servers name. */
@FunctionalInterface
public interface Secrets {

  /** A Secret as it is, or was a moment ago; empty if there is none. */
  Optional<Secret> get(String namespace, String name);
}
