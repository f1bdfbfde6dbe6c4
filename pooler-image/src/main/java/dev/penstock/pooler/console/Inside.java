package dev.penstock.pooler.console;

import dev.penstock.pooler.client.Clients;
import dev.penstock.pooler.config.PoolerConfig;
import dev.penstock.pooler.config.UserList;
import dev.penstock.pooler.pool.Pools;
import dev.penstock.pooler.server.Cancels;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the console tells of.
 *
 * @param config what is in force now
 * @param users those of the {@code auth_file} as they are now
 * @param round of the grant in force; thread-safe
 * @param incarnation what the process calls itself towards the operator
 * @param version of the build
 */
public record Inside(
    Supplier<PoolerConfig> config,
    Supplier<UserList> users,
    Pools pools,
    Clients clients,
    Cancels cancels,
    LongSupplier round,
    String incarnation,
    String version) {}
