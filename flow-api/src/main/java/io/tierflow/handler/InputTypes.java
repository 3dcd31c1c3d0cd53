package io.tierflow.handler;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.HashMap;
import java.util.Map;

/** Finds what a handler's class says in place of the {@code I} of StageHandler. */
final class InputTypes {

  private InputTypes() {}

  static Type of(Class<?> handlerClass) {
    Type found = find(handlerClass, Map.of());
    if (found == null || !isConcrete(found)) {
      throw new IllegalArgumentException(
          handlerClass.getName()
              + ": its input type cannot be told, as with a lambda or a generic class;"
              + " expected a class that implements StageHandler<I, O> with actual types,"
              + " or StageHandler.of(name, type, work)");
    }
    return found;
  }

  private static Type find(Type type, Map<TypeVariable<?>, Type> known) {
    if (type instanceof ParameterizedType parameterized) {
      Class<?> raw = (Class<?>) parameterized.getRawType();
      Map<TypeVariable<?>, Type> bound = new HashMap<>();
      Type[] arguments = parameterized.getActualTypeArguments();
      for (int i = 0; i < arguments.length; i++) {
        bound.put(raw.getTypeParameters()[i], known.getOrDefault(arguments[i], arguments[i]));
      }
      return raw == StageHandler.class
          ? bound.get(StageHandler.class.getTypeParameters()[0])
          : findAbove(raw, bound);
    }
    return type instanceof Class<?> raw && raw != StageHandler.class
        ? findAbove(raw, Map.of())
        : null;
  }

  private static Type findAbove(Class<?> raw, Map<TypeVariable<?>, Type> known) {
    for (Type above : raw.getGenericInterfaces()) {
      Type found = find(above, known);
      if (found != null) {
        return found;
      }
    }
    return raw.getGenericSuperclass() == null ? null : find(raw.getGenericSuperclass(), known);
  }

  private static boolean isConcrete(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      for (Type argument : parameterized.getActualTypeArguments()) {
        if (!isConcrete(argument)) {
          return false;
        }
      }
      return true;
    }
    return type instanceof Class<?> || type instanceof java.lang.reflect.WildcardType;
  }
}
