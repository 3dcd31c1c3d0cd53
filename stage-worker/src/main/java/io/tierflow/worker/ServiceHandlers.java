package io.tierflow.worker;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import io.tierflow.handler.PayloadCodec;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import io.tierflow.handler.StageHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/** The handlers that {@link ServiceLoader} finds. */
public final class ServiceHandlers implements TaskHandlers {

  private final TreeMap<String, StageHandler<?, ?>> byName = new TreeMap<>();

  /**
   * Takes these handlers.
   *
   * @throws IllegalArgumentException if two have one name
   */
  public ServiceHandlers(Iterable<? extends StageHandler<?, ?>> handlers) {
    for (StageHandler<?, ?> handler : handlers) {
      StageHandler<?, ?> other = byName.putIfAbsent(handler.name(), handler);
      if (other != null) {
        throw new IllegalArgumentException(
            "two handlers are named '"
                + handler.name()
                + "': "
                + other.getClass().getName()
                + " and "
                + handler.getClass().getName());
      }
    }
  }

  /**
   * Finds the handlers a class loader knows.
   *
   * @throws java.util.ServiceConfigurationError if one of them cannot be loaded
   */
  public static ServiceHandlers load(ClassLoader loader) {
    List<StageHandler<?, ?>> found = new ArrayList<>();
    for (StageHandler<?, ?> handler : ServiceLoader.load(StageHandler.class, loader)) {
      found.add(handler);
    }
    return new ServiceHandlers(found);
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(byName.navigableKeySet());
  }

  @Override
  public Output invoke(String handler, byte[] input, StageContext context) throws Exception {
    StageHandler<?, ?> found = byName.get(handler);
    if (found == null) {
      throw new UnknownHandlerException(handler, names());
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(found.getClass().getClassLoader());
    try {
      return invoke(found, input, context);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static <I, O> Output invoke(
      StageHandler<I, O> handler, byte[] bytes, StageContext context) throws Exception {
    PayloadCodec codec = handler.codec();
    JavaType type =
        TypeFactory.defaultInstance()
            .constructType(handler.getClass())
            .findTypeParameters(StageHandler.class)[0];
    I input = decode(handler, bytes, type);
    return new Output(codec.contentType(), codec.encode(handler.handle(input, context)));
  }

  @SuppressWarnings("unchecked") // the codec was asked for the type that I stands for
  private static <I> I decode(StageHandler<I, ?> handler, byte[] bytes, JavaType type)
      throws StageException {
    try {
      return (I) handler.codec().decode(bytes, type);
    } catch (IOException e) {
      throw StageException.invalidInput(
          "the input is not a " + type.toCanonical() + ": " + e.getMessage());
    }
  }
}
