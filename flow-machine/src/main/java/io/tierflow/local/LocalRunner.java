package io.tierflow.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Flow;
import io.tierflow.handler.Handlers;
import io.tierflow.handler.StageHandler;
import io.tierflow.machine.Content;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Runs flows unchanged in this JVM, with no broker, for unit tests of flows and handlers. The same
 * decisions are taken as by a runner process; handlers run in the calling thread, one after
 * another, and time is a {@link LocalClock} that jumps to whatever comes next: a retry's wait of an
 * hour costs nothing.
 *
 * <pre>{@code
 * LocalRunner runner = LocalRunner.with(new Fetch(), new FitModel());
 * runner.fail("report/model", FailureKind.OUT_OF_MEMORY);
 *
 * LocalRun run = runner.run(flow, "{\"station\": 7}");
 *
 * assertEquals("DISPATCHED#1 FAILED#1 DISPATCHED#2 SUCCEEDED#2", run.history("report/model"));
 * assertEquals(7, run.output().at("/report/station").asInt());
 * }</pre>
 *
 * <p>Stages are named {@code pipeline/stage}, elements of a for-each {@code pipeline/stage/0}. What
 * is said of a stage that a flow does not have is refused when the flow is run. Rates are kept,
 * over all runs of one runner: what waits for one waits by its clock. What differs from a real
 * pool: any number of tasks is out at once and every class has workers, launchers make no
 * difference (all handlers are called in this JVM, that of {@code launcher: ssh} too), input and
 * output never leave memory, and work that is still out when its run ends is not done.
 *
 * <p>Not thread-safe.
 */
public final class LocalRunner {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final Handlers handlers;
  private final Script script = new Script();
  private final LocalClock clock = LocalClock.standing();
  private final LocalRates rates = new LocalRates(clock);
  private Random shuffle;
  private int runs;

  private LocalRunner(Handlers handlers) {
    this.handlers = handlers;
  }

  /** A runner whose workers have these handlers; see {@link StageHandler#of} for small ones. */
  public static LocalRunner with(StageHandler<?, ?>... handlers) {
    return with(Handlers.of(List.of(handlers)));
  }

  /** A runner whose workers have these handlers. */
  public static LocalRunner with(Handlers handlers) {
    return new LocalRunner(handlers);
  }

  /** The time of this runner's runs; begins at {@link LocalClock#START}. */
  public LocalClock clock() {
    return clock;
  }

  /**
   * What is due at the same time happens in an order made from this seed, the same every time,
   * instead of the order in which it was sent: flows must not depend on it.
   */
  public LocalRunner shuffled(long seed) {
    shuffle = new Random(seed);
    return this;
  }

  /**
   * The next attempt of this stage fails so, instead of calling its handler; say it twice for two.
   */
  public LocalRunner fail(String stage, FailureKind kind) {
    return fail(stage, Failure.of(kind, "failed by the test"));
  }

  /** The next attempt of this stage fails so, instead of calling its handler. */
  public LocalRunner fail(String stage, Failure failure) {
    script.play(stage, new Script.Fails(failure));
    return this;
  }

  /**
   * The next attempt of this stage is taken and handed over to the runner's watch, then nothing is
   * heard of it: its worker died. Its handler is not called.
   */
  public LocalRunner loseWorker(String stage) {
    script.play(stage, new Script.LosesWorker());
    return this;
  }

  /** The next attempt of this stage lies in its topic this long before a worker takes it. */
  public LocalRunner keepWaiting(String stage, Duration wait) {
    script.wait(stage, wait);
    return this;
  }

  /**
   * Every attempt of this stage takes this long; nothing otherwise. The handler is called when the
   * attempt begins, its output comes when the time is over. One that takes longer than the stage's
   * run timeout ends as TIMED_OUT then, without calling the handler.
   */
  public LocalRunner takes(String stage, Duration duration) {
    script.take(stage, duration);
    return this;
  }

  /**
   * Runs a flow to its end.
   *
   * @param input JSON
   * @throws IllegalArgumentException if the input is not JSON, or something was said of a stage
   *     that the flow does not have
   */
  public LocalRun run(Flow flow, String input) {
    return start(flow, input).finish();
  }

  /** Runs a flow to its end, as {@link #run(Flow, String)}. */
  public LocalRun run(Flow flow, JsonNode input) {
    return run(flow, input.toString());
  }

  /**
   * Submits a run and sends its first tasks; nothing is worked yet.
   *
   * @param input JSON
   * @throws IllegalArgumentException as {@link #run(Flow, String)}
   */
  public LocalRun start(Flow flow, String input) {
    script.check(flow);
    try {
      if (JSON.readTree(input).isMissingNode()) {
        throw new IllegalArgumentException("input: expected JSON, found nothing");
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("input: expected JSON, found " + e.getMessage(), e);
    }
    LocalWorker worker = new LocalWorker(handlers, script, clock);
    LocalRun.Shared shared = new LocalRun.Shared(worker, script, clock, rates);
    return new LocalRun("local-" + ++runs, flow, shared, shuffle).submit(Content.json(input));
  }
}
