package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.IntOrString;

/**
 * The database server, and how much of it Penstock may use.
 *
 * @param host name or address
 * @param port 1 to 65535, 5432 by default
 * @param maxConnections {@code auto} (the default: asked of the server and followed) or a number
 * @param headroom what stays free of the connections that the server has not reserved: a percentage
 *     such as {@code 15%} (the default), from 0% to below 100%, or a number of connections
 * @param database the database that the operator connects to when it asks, {@code postgres} by
 *     default
 * @param tls TLS to the server
 * @param credentialsSecretRef a kubernetes.io/basic-auth Secret: the role the operator asks as
 */
public record ServerSpec(
    @Required
        @Size(min = 1, max = 253)
        @ValidationRule(
            value = "self.matches('^[A-Za-z0-9_:]([A-Za-z0-9._:-]*[A-Za-z0-9_:.])?$')",
            message =
                "spec.server.host must be a host name or an IP address, without a port, scheme or"
                    + " blanks: for example orders-db or orders-db.shop.svc; the port belongs in"
                    + " spec.server.port")
        @JsonPropertyDescription(
            "Name or address of the PostgreSQL server. Cannot be changed: what the fleet holds is"
                + " accounted at this server.")
        String host,
    @Default("" + ServerSpec.DEFAULT_PORT)
        @Min(1)
        @Max(65535)
        @JsonPropertyDescription("Port of the PostgreSQL server. Cannot be changed.")
        int port,
    @Default(ServerSpec.AUTO)
        @ValidationRule(
            value = "type(self) == int ? self >= 1 && self <= 262143 : self == 'auto'",
            message =
                "spec.server.maxConnections must be auto (the server is asked, and followed when it"
                    + " changes) or a whole number from 1 to 262143, unquoted: the server's"
                    + " max_connections")
        @JsonPropertyDescription(
            "The server's max_connections: auto (asked of the server, and followed when it"
                + " changes) or a number.")
        IntOrString maxConnections,
    @Default(ServerSpec.DEFAULT_HEADROOM)
        @ValidationRule(
            value =
                "type(self) == int ? self >= 0 :"
                    + " self.matches('^([0-9]|[1-9][0-9])([.][0-9]{1,3})?%$')",
            message =
                "spec.server.headroom must be a percentage from 0% to below 100%, such as 15%, or a"
                    + " whole number of connections from 0, unquoted")
        @JsonPropertyDescription(
            "What Penstock leaves free for people, migrations, backups and replication: a"
                + " percentage of the connections that the server has not reserved, or a number of"
                + " connections.")
        IntOrString headroom,
    @Default(ServerSpec.DEFAULT_DATABASE)
        @Size(min = 1, max = 63)
        @ValidationRule(
            value = "!self.matches('[\\\\x00-\\\\x1f\\\\x7f]')",
            message =
                "spec.server.database must be free of control characters: write the name of the"
                    + " database as the server lists it")
        @JsonPropertyDescription(
            "Database that the operator connects to when it asks the server for its settings.")
        String database,
    @JsonPropertyDescription("TLS towards the server.") @Default("{}") ServerTlsSpec tls,
    @Required
        @JsonPropertyDescription(
            "Secret of type kubernetes.io/basic-auth (keys username and password): the role as"
                + " which the operator asks the server for its settings. It needs CONNECT on"
                + " the database, and membership of pg_monitor.")
        SecretReference credentialsSecretRef) {

  static final int DEFAULT_PORT = 5432;
  static final String AUTO = "auto";
  static final String DEFAULT_HEADROOM = "15%";
  static final String DEFAULT_DATABASE = "postgres";

  public ServerSpec {
    port = port == 0 ? DEFAULT_PORT : port;
    maxConnections = maxConnections == null ? new IntOrString(AUTO) : maxConnections;
    headroom = headroom == null ? new IntOrString(DEFAULT_HEADROOM) : headroom;
    database = database == null ? DEFAULT_DATABASE : database;
    tls = tls == null ? new ServerTlsSpec(ServerTlsMode.PREFER, null) : tls;
  }
}
