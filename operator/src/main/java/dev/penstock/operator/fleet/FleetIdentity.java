package dev.penstock.operator.fleet;

/**
 * The certificates of one fleet.
 *
 * @param authority signs the others; the operator's own
 * @param trusted PEM certificates of the authority, and of the one before it while it is valid
 * @param instance shown by every instance
 * @param operator shown by the operator
 */
public record FleetIdentity(
    KeyMaterial authority, String trusted, KeyMaterial instance, KeyMaterial operator) {}
