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
 * A PostgreSQL server whose connections many pools share. Its status holds the ledger of all of
 * them, so that one compare-and-set covers the whole budget.
 */
@Group(ConnectionPool.GROUP)
@Version(ConnectionPool.VERSION)
@Kind(DatabaseServer.KIND)
@Plural(DatabaseServer.PLURAL)
@Singular("databaseserver")
@ShortNames("dbserver")
@ValidationRule(
    value =
        "size(self.metadata.name) <= 63 &&"
            + " self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
    message =
        "metadata.name must be at most 63 lower-case letters, digits and hyphens, and begin with a"
            + " letter: choose a shorter or plainer name")
public class DatabaseServer extends CustomResource<DatabaseServerSpec, DatabaseServerStatus>
    implements Namespaced {

  public static final String KIND = "DatabaseServer";
  public static final String PLURAL = "databaseservers";
}
