@NullMarked
package dev.penstock.operator.workload;

import org.jspecify.annotations.NullMarked;
