package dev.penstock.operator.pool;

import dev.penstock.operator.fleet.Fleet;
import dev.penstock.operator.server.Servers;
import dev.penstock.operator.status.Announcer;
import dev.penstock.operator.status.PoolMetrics;
import java.time.Clock;

/**
 * What a reconciliation works with; shared by all pools.
 *
 * @param settings times
 * @param clock the time
 * @param fleet the instances
 * @param servers the database servers
 * @param announcer for Events
 * @param metrics for figures
 * @param watches what makes a pool be looked at
 * @param store the resources and their ledgers
 * @param secrets the Secrets that pools name
 * @param fleetSecrets the fleets' certificates
 * @param departures pods that are no longer there
 * @param children what is applied
 * @param application renders and applies it
 */
record PoolParts(
    PoolSettings settings,
    Clock clock,
    Fleet fleet,
    Servers servers,
    Announcer announcer,
    PoolMetrics metrics,
    Watches watches,
    PoolStore store,
    SecretReader secrets,
    FleetSecrets fleetSecrets,
    Departures departures,
    Children children,
    Application application) {}
