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
 * @param launcher who of the class works it
 * @param timeouts its limits
 * @param retry when it is tried again
 * @param onOutOfMemory the classes that attempts climb to after OUT_OF_MEMORY, smallest first; the
 *     stage's own class may be among them, and then only those after it count
 * @param memory the bytes that an attempt needs, with all that it starts; 0 when the flow says none
 * @param rate how often its attempts are sent at most, over all workers and runs of the flow; empty
 *     when nothing limits that
 * @param forEach set when the stage runs once per element of the incoming list
 * @param when the JMESPath expression on the input that decides whether the stage runs at all; a
 *     skipped stage hands its input on
 */
public record Stage(
    String name,
    String handler,
    JsonNode with,
    ResourceClass resourceClass,
    Launcher launcher,
    Timeouts timeouts,
    RetryPolicy retry,
    List<ResourceClass> onOutOfMemory,
    long memory,
    Optional<Rate> rate,
    Optional<ForEach> forEach,
    Optional<String> when)
    implements Step {

  /** Checks that nothing is null, and copies the list. */
  public Stage {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(handler, "handler");
    Objects.requireNonNull(with, "with");
    Objects.requireNonNull(resourceClass, "resourceClass");
    Objects.requireNonNull(launcher, "launcher");
    Objects.requireNonNull(timeouts, "timeouts");
    Objects.requireNonNull(retry, "retry");
    onOutOfMemory = List.copyOf(onOutOfMemory);
    if (memory < 0) {
      throw new IllegalArgumentException("memory " + memory + ": expected zero or more bytes");
    }
    Objects.requireNonNull(rate, "rate");
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
        Launcher.KAFKA,
        Timeouts.NONE,
        RetryPolicy.NONE,
        List.of(),
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same stage on another tier. */
  public Stage on(ResourceClass other) {
    return sentTo(other, launcher);
  }

  /** The same stage by another launcher. */
  public Stage by(Launcher other) {
    return sentTo(resourceClass, other);
  }

  private Stage sentTo(ResourceClass newClass, Launcher newLauncher) {
    return new Stage(
        name,
        handler,
        with,
        newClass,
        newLauncher,
        timeouts,
        retry,
        onOutOfMemory,
        memory,
        rate,
        forEach,
        when);
  }

  /**
   * The class of the next attempt after one on this class ran out of memory; from a class that is
   * none of the stage's, the first above its own. Empty when there is none larger.
   */
  public Optional<ResourceClass> largerThan(String tier) {
    int rung = rung(tier);
    int next = (rung < 0 ? rung(resourceClass.name()) : rung) + 1;
    return next < onOutOfMemory.size() ? Optional.of(onOutOfMemory.get(next)) : Optional.empty();
  }

  /** Whether a class is one that this stage climbs to from its own. */
  public boolean climbsTo(String tier) {
    return isLarger(tier, resourceClass.name());
  }

  /** Whether this stage climbs to one class after the other. */
  public boolean isLarger(String tier, String than) {
    return rung(tier) > rung(than);
  }

  private int rung(String tier) {
    return onOutOfMemory.stream().map(ResourceClass::name).toList().indexOf(tier);
  }

  @Override
  public List<Stage> stages() {
    return List.of(this);
  }
}
