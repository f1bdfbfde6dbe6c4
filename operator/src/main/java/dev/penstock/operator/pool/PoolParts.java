package dev.penstock.operator.pool;

import dev.penstock.operator.fleet.Fleet;
import dev.penstock.operator.server.PoolShares;
import dev.penstock.operator.server.SecretReader;
import dev.penstock.operator.server.ServerSettings;
import dev.penstock.operator.server.ServerWatches;
import dev.penstock.operator.status.Announcer;
import dev.penstock.operator.workload.Workloads;
import java.time.Clock;

/**
 * What a reconciliation works with; shared by all pools.
 *
 * @param settings times
 * @param clock the time
 * @param fleet the instances
 * @param shares what each pool has of its server
 * @param announcer for Events
 * @param watches what makes a pool be looked at
 * @param serverWatches what makes a server be looked at
 * @param store the resources
 * @param secrets the Secrets that pools name
 * @param fleetSecrets the fleets' certificates
 * @param children what is applied
 * @param application renders and applies it
 * @param workloads that pools name
 */
record PoolParts(
    ServerSettings settings,
    Clock clock,
    Fleet fleet,
    PoolShares shares,
    Announcer announcer,
    Watches watches,
    ServerWatches serverWatches,
    PoolStore store,
    SecretReader secrets,
    FleetSecrets fleetSecrets,
    Children children,
    Application application,
    Workloads workloads) {}
