package io.tierflow.flow.builder;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Launcher;
import io.tierflow.flow.file.DurationText;
import java.time.Duration;

/**
 * What a flow, a pipeline and a stage can all say: class, launcher, timeouts, retry, where to after
 * OUT_OF_MEMORY, and rate. An inner level overrides an outer one key by key. Not thread-safe.
 *
 * <p>Builders write the flow file's structure, and the file's reader makes the flow of it: so both
 * ways in are checked alike.
 *
 * @param <B> the builder itself
 */
public abstract sealed class SettingsBuilder<B extends SettingsBuilder<B>>
    permits FlowBuilder, PipelineBuilder, StageBuilder {

  private final ObjectNode json = JsonNodeFactory.instance.objectNode();

  SettingsBuilder() {}

  abstract B self();

  /** What was said so far, in the flow file's structure. */
  ObjectNode json() {
    return json;
  }

  /** On the pool of this resource class. */
  public B on(String resourceClass) {
    json.put("class", resourceClass);
    return self();
  }

  /** Worked by this launcher instead of the class's pools; {@code launcher: …}. */
  public B by(Launcher launcher) {
    json.put("launcher", launcher.word());
    return self();
  }

  /** Flagged when no worker has begun it after this long; {@code timeout: {queue: …}}. */
  public B startsWithin(Duration limit) {
    return timeout("queue", limit);
  }

  /** Stopped as TIMED_OUT when one attempt takes longer; {@code timeout: {run: …}}. */
  public B runsAtMost(Duration limit) {
    return timeout("run", limit);
  }

  /** Flagged when it waits much longer for a worker than before; {@code timeout: {queue: auto}}. */
  public B autoQueue() {
    json.withObject("/timeout").put("queue", "auto");
    return self();
  }

  /** Flagged when an attempt takes much longer than before; {@code timeout: {run: auto}}. */
  public B autoRun() {
    json.withObject("/timeout").put("run", "auto");
    return self();
  }

  /** Its worker counts as lost after this much silence; {@code timeout: {heartbeat: …}}. */
  public B lostAfter(Duration silence) {
    return timeout("heartbeat", silence);
  }

  /**
   * Fails as TIMED_OUT when all its attempts and the waits between them take longer, from when the
   * first is sent; {@code timeout: {total: …}}.
   */
  public B takesAtMost(Duration limit) {
    return timeout("total", limit);
  }

  /**
   * Handed over to the runner's watch when it has run this long, at once with zero; {@code timeout:
   * {hand-over: …}}.
   */
  public B handedOverAfter(Duration age) {
    return timeout("hand-over", age);
  }

  /** Tried at most this often in all; {@code retry: {attempts: …}}. */
  public B attempts(int all) {
    retry().put("attempts", all);
    return self();
  }

  /** Waits this long before the second attempt, then twice as long each time, up to a limit. */
  public B backoff(Duration first, Duration max) {
    retry().put("backoff", text(first) + ".." + text(max));
    return self();
  }

  /**
   * Each wait is shorter by up to this share of it, from 0 to 1, so that tasks that failed together
   * do not come back together; 0 for the full waits; {@code retry: {jitter: …}}.
   */
  public B jitter(double share) {
    retry().put("jitter", share);
    return self();
  }

  /** Not tried again after failures of these kinds; {@code retry: {not-on: …}}. */
  public B notOn(FailureKind... kinds) {
    ArrayNode list = retry().putArray("not-on");
    for (FailureKind kind : kinds) {
      list.add(kind.name());
    }
    return self();
  }

  /**
   * Sent to the next larger of these classes after OUT_OF_MEMORY, at once and without using an
   * attempt. Said for a flow or a pipeline, it is for the stages whose class is among them.
   *
   * @param classes smallest first; a stage's own may be among them
   */
  public B onOutOfMemory(String... classes) {
    ArrayNode list = json.putArray("on-out-of-memory");
    for (String each : classes) {
      list.add(each);
    }
    return self();
  }

  /**
   * Of each stage, at most so many attempts are sent within any period, over all workers and all
   * runs of the flow; {@code rate: …}.
   *
   * @param calls from 1 to a million
   * @param per from a second to a day
   */
  public B rate(int calls, Duration per) {
    json.putObject("rate").put("calls", calls).put("per", text(per));
    return self();
  }

  static String text(Duration duration) {
    return duration.isNegative() ? duration.toString() : DurationText.format(duration);
  }

  private ObjectNode retry() {
    return json.withObject("/retry");
  }

  private B timeout(String key, Duration limit) {
    json.withObject("/timeout").put(key, text(limit));
    return self();
  }
}
