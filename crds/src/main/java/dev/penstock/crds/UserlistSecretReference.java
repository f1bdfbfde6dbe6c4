package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * A ready-made authentication file in PgBouncer's format.
 *
 * @param name the Secret, in the namespace of the pool
 * @param key the key in it, {@value #DEFAULT_KEY} by default
 */
public record UserlistSecretReference(
    @Required
        @Size(min = 1, max = 253)
        @JsonPropertyDescription("Name of the Secret, in the namespace of the ConnectionPool.")
        String name,
    @Default(UserlistSecretReference.DEFAULT_KEY)
        @Size(min = 1, max = 253)
        @JsonPropertyDescription("Key in the Secret that holds the file.")
        String key) {

  static final String DEFAULT_KEY = "userlist.txt";

  public UserlistSecretReference {
    key = key == null ? DEFAULT_KEY : key;
  }
}
