package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * A database as clients name it.
 *
 * @param name what clients ask for; {@code *} stands for every database not listed
 * @param dbname its name at the server, the same when absent
 * @param poolMode overrides the pool's
 * @param poolSize most server connections an instance opens for each user of it, at least 1; only
 *     the grant limits it when absent
 */
@ValidationRule(
    value = "self.name != '*' || !has(self.dbname)",
    message =
        "spec.databases[].dbname must be absent for the database '*', which passes on the name the"
            + " client asked for: remove dbname, or give the database a name")
public record DatabaseSpec(
    @Required
        @Size(min = 1, max = 63)
        @ValidationRule(
            value = "!self.matches('[\\\\x00-\\\\x1f\\\\x7f\"\\']') && self != 'pgbouncer'",
            message =
                "spec.databases[].name must be free of quotes and control characters, and not be"
                    + " pgbouncer, the name of the admin console: give it another name here and the"
                    + " server's own name in dbname")
        @JsonPropertyDescription(
            "Name that clients ask for; '*' stands for every database not listed.")
        String name,
    @Size(min = 1, max = 63)
        @ValidationRule(
            value = "!self.matches('[\\\\x00-\\\\x1f\\\\x7f]')",
            message =
                "spec.databases[].dbname must be free of control characters: write the name of the"
                    + " database as the server lists it")
        @JsonPropertyDescription("Name at the server; the same as name when absent.")
        @Nullable String dbname,
    @JsonPropertyDescription("Overrides spec.poolMode for this database.")
        @Nullable PoolMode poolMode,
    @Min(1)
        @JsonPropertyDescription(
            "Most server connections that an instance opens to this database for one user. When"
                + " absent only the instance's grant limits them.")
        @Nullable Integer poolSize) {}
