package io.tierflow.handler;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import java.util.Collection;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The handlers of one process, by name. Immutable and thread-safe. */
public final class Handlers {

  private final SortedMap<String, LoadedHandler> byName = new TreeMap<>();

  private Handlers() {}

  /**
   * The handlers that {@link ServiceLoader} finds by this class loader and its parents.
   *
   * @throws IllegalArgumentException if two have the same name, one has no valid name, or the input
   *     type of one cannot be told
   * @throws ServiceConfigurationError if one cannot be loaded
   */
  public static Handlers load(ClassLoader loader) {
    Handlers handlers = new Handlers();
    // A raw service type is all that ServiceLoader offers for a generic interface.
    for (StageHandler<?, ?> handler : ServiceLoader.load(StageHandler.class, loader)) {
      handlers.add(handler);
    }
    return handlers;
  }

  /**
   * These handlers.
   *
   * @throws IllegalArgumentException as {@link #load}
   */
  public static Handlers of(Collection<? extends StageHandler<?, ?>> all) {
    Handlers handlers = new Handlers();
    all.forEach(handlers::add);
    return handlers;
  }

  /**
   * These handlers and those.
   *
   * @throws IllegalArgumentException if a name is in both
   */
  public Handlers and(Handlers others) {
    Handlers both = new Handlers();
    byName.values().forEach(handler -> both.add(handler.handler()));
    others.byName.values().forEach(handler -> both.add(handler.handler()));
    return both;
  }

  /** The names, sorted. */
  public SortedSet<String> names() {
    return new TreeSet<>(byName.keySet());
  }

  /** The handler of that name, ready to be invoked. */
  public Optional<LoadedHandler> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * Does the work of one attempt with the handler of that name.
   *
   * @throws StageException UNKNOWN_HANDLER if there is none; otherwise as {@link
   *     LoadedHandler#invoke}
   */
  @SuppressWarnings("InterruptedExceptionSwallowed") // whatever a handler throws goes through
  public byte[] invoke(String name, byte[] input, StageContext context) throws Exception {
    LoadedHandler handler =
        find(name)
            .orElseThrow(
                () ->
                    new StageException(
                        Failure.of(
                            FailureKind.UNKNOWN_HANDLER,
                            "no handler '" + name + "' here, only " + names())));
    return handler.invoke(input, context);
  }

  private void add(StageHandler<?, ?> handler) {
    LoadedHandler loaded = LoadedHandler.of(handler);
    LoadedHandler before = byName.putIfAbsent(handler.name(), loaded);
    if (before != null) {
      throw new IllegalArgumentException(
          "two handlers are named '"
              + handler.name()
              + "': "
              + before.handler().getClass().getName()
              + " and "
              + handler.getClass().getName());
    }
  }
}
