package io.tierflow.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One step of a pipeline, bound to a resource class. Immutable.
 *
 * @param name unique within its pipeline
 * @param handler the name its handler is registered under
 * @param with the handler's configuration, an object; empty when the flow gives none
 * @param resourceClass which pool works it
 * @param timeouts its limits
 * @param retry when it is tried again
 * @param onOutOfMemory the class of the next attempt after OUT_OF_MEMORY
 * @param forEach set when the stage runs once per element of the incoming list
 * @param when the JMESPath expression on the input that decides whether the stage runs at all; a
 *     skipped stage hands its input on
 */
public record Stage(
    String name,
    String handler,
    JsonNode with,
    ResourceClass resourceClass,
    Timeouts timeouts,
    RetryPolicy retry,
    Optional<ResourceClass> onOutOfMemory,
    Optional<ForEach> forEach,
    Optional<String> when)
    implements Step {

  /** Checks that nothing is null. */
  public Stage {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(handler, "handler");
    Objects.requireNonNull(with, "with");
    Objects.requireNonNull(resourceClass, "resourceClass");
    Objects.requireNonNull(timeouts, "timeouts");
    Objects.requireNonNull(retry, "retry");
    Objects.requireNonNull(onOutOfMemory, "onOutOfMemory");
    Objects.requireNonNull(forEach, "forEach");
    Objects.requireNonNull(when, "when");
  }

  /** A stage with defaults for everything else. */
  public static Stage of(String name, String handler, ResourceClass resourceClass) {
    return new Stage(
        name,
        handler,
        JsonNodeFactory.instance.objectNode(),
        resourceClass,
        Timeouts.NONE,
        RetryPolicy.NONE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same stage on another tier. */
  public Stage on(ResourceClass other) {
    return new Stage(name, handler, with, other, timeouts, retry, onOutOfMemory, forEach, when);
  }

  @Override
  public List<Stage> stages() {
    return List.of(this);
  }
}
