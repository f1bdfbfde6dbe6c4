package dev.penstock.pooler;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the signals that the process knows. For those that end it a shutdown hook would not do: the
 * exit status would not be 0, and a second signal could not cut the drain short.
 *
 * <p>The JDK has no public interface for it; {@code sun.misc.Signal} is reached by name because the
 * compiler's warning about it cannot be switched off.
 */
final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /** Has {@code action} run, on a thread of the JVM's, each time the signal arrives. */
  static void handle(String name, Consumer<String> action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      MethodHandle accept =
          MethodHandles.lookup()
              .findVirtual(
                  Consumer.class, "accept", MethodType.methodType(void.class, Object.class))
              .bindTo(action)
              .bindTo(name);
      Object taker =
          MethodHandleProxies.asInterfaceInstance(
              handler, MethodHandles.dropArguments(accept, 0, signal));
      Object number = signal.getConstructor(String.class).newInstance(name);
      signal.getMethod("handle", signal, handler).invoke(null, number, taker);
    } catch (ReflectiveOperationException e) {
      LOG.warn("signal {} cannot be handled on this JVM: it ends the process at once", name, e);
    }
  }
}
