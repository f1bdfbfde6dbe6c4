package dev.penstock.pooler.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One line of section {@code [users]}: what goes for one user. What is null is not said there, and
 * is decided by the database or the settings.
 */
public record User(
    String name,
    @Nullable PoolMode poolMode,
    @Nullable Integer poolSize,
    @Nullable Integer reservePoolSize,
    @Nullable Integer maxUserConnections,
    @Nullable Duration queryTimeout,
    @Nullable Duration queryWaitTimeout,
    @Nullable Duration idleTransactionTimeout,
    @Nullable Duration clientIdleTimeout) {}
