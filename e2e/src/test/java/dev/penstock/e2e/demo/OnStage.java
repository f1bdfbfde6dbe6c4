package dev.penstock.e2e.demo;

import dev.penstock.e2e.cluster.Cluster;
import dev.penstock.e2e.cluster.Images;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Hands the one stage of the run, or its cluster, to every class that asks for it: the cluster is
 * started for the first, and ended after the last.
 */
public final class OnStage implements ParameterResolver, TestExecutionExceptionHandler {

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Stage.class || type == Cluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Show show = show(context);
    return parameter.getParameter().getType() == Stage.class ? show.stage() : show.cluster();
  }

  /** A test that failed on a cluster that is gone a minute later has to tell all it can now. */
  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    show(context).diagnose(System.out);
    throw failure;
  }

  private static Show show(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(OnStage.class))
        .computeIfAbsent(Show.class, key -> open(), Show.class);
  }

  private static Show open() {
    try {
      Progress progress = new Progress(System.out);
      return Show.open("tests", Images.built(), System.out, progress);
    } catch (Exception e) {
      throw new IllegalStateException("the stage could not be set", e);
    }
  }
}
