package dev.penstock.pooler.client;

import dev.penstock.pooler.auth.KeyDerivation;
import dev.penstock.pooler.config.HbaRules;
import dev.penstock.pooler.config.PoolerConfig;
import dev.penstock.pooler.pool.Pools;
import dev.penstock.pooler.prepared.Statements;
import dev.penstock.pooler.server.Cancels;
import dev.penstock.pooler.server.Credentials;
import dev.penstock.pooler.server.Tls;
import java.util.function.Supplier;

/**
 * What every client connection needs of the process.
 *
 * @param currentConfig what is in force
 * @param pools where server connections come from
 * @param credentials the users and what they revealed
 * @param hba who must prove what, as it is now; used with {@code auth_type = hba}
 * @param derivation of SCRAM keys
 * @param currentTls towards clients
 * @param cancels sends cancel requests on
 * @param statements those that clients have prepared
 */
public record Service(
    Supplier<PoolerConfig> currentConfig,
    Pools pools,
    Credentials credentials,
    Supplier<HbaRules> hba,
    KeyDerivation derivation,
    Supplier<Tls> currentTls,
    Cancels cancels,
    Statements statements) {

  /** What the configuration says now. */
  PoolerConfig config() {
    return currentConfig.get();
  }

  /** Towards clients, as it is configured now. */
  Tls tls() {
    return currentTls.get();
  }
}
