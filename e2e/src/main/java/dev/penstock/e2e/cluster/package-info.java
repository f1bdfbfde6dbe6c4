/**
 * A real Kubernetes cluster for the tests and the demo, wherever it comes from, with what is put
 * into it: images and charts.
 */
@NullMarked
package dev.penstock.e2e.cluster;

import org.jspecify.annotations.NullMarked;
