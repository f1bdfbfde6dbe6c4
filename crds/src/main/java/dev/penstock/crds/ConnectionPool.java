package dev.penstock.crds;

import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * A fleet of connection poolers in front of one PostgreSQL server, and its share of the server's
 * connections.
 */
@Group(ConnectionPool.GROUP)
@Version(ConnectionPool.VERSION)
@Kind(ConnectionPool.KIND)
@Plural(ConnectionPool.PLURAL)
@Singular("connectionpool")
@ShortNames("cpool")
@ValidationRule(
    value =
        "size(self.metadata.name) <= 50 &&"
            + " self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
    message =
        "metadata.name must be at most 50 lower-case letters, digits and hyphens, and begin with a"
            + " letter, because the Service and the labels carry it: choose a shorter or plainer"
            + " name")
public class ConnectionPool extends CustomResource<ConnectionPoolSpec, ConnectionPoolStatus>
    implements Namespaced {

  public static final String GROUP = "penstock.dev";
  public static final String VERSION = "v1alpha1";
  public static final String KIND = "ConnectionPool";
  public static final String PLURAL = "connectionpools";
}
