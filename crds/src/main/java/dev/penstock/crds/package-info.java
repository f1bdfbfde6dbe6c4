/**
 * The resources of {@code penstock.dev/v1alpha1} as immutable records: the one source of the CRD
 * manifests, which are generated from these classes, checked in beside them and copied into the
 * Helm chart.
 *
 * <p>Defaults are stated twice, from one constant each: in the schema, for the API server to fill
 * in, and in the record's constructor, so that a resource read from a file behaves the same.
 */
@NullMarked
package dev.penstock.crds;

import org.jspecify.annotations.NullMarked;
