package dev.penstock.pooler.client;

import dev.penstock.pooler.auth.KeyDerivation;
import dev.penstock.pooler.config.PoolerConfig;
import dev.penstock.pooler.pool.Pools;
import dev.penstock.pooler.prepared.Statements;
import dev.penstock.pooler.server.Cancels;
import dev.penstock.pooler.server.Credentials;
import dev.penstock.pooler.server.Tls;

/**
 * What every client connection needs of the process.
 *
 * @param config what the configuration file says
 * @param pools where server connections come from
 * @param credentials the users and what they revealed
 * @param derivation of SCRAM keys
 * @param tls towards clients
 * @param cancels sends cancel requests on
 * @param statements those that clients have prepared
 */
public record Service(
    PoolerConfig config,
    Pools pools,
    Credentials credentials,
    KeyDerivation derivation,
    Tls tls,
    Cancels cancels,
    Statements statements) {}
