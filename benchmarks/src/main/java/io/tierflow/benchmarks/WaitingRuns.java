package io.tierflow.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.Flow;
import io.tierflow.flow.builder.FlowBuilder;
import io.tierflow.flow.file.FlowWriter;
import io.tierflow.flow.file.InvalidFlowException;
import io.tierflow.handler.Handlers;
import io.tierflow.handler.StageException;
import io.tierflow.handler.StageHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs that are there and do nothing: the one stage of each has failed and is to be tried again
 * long after the benchmark, so that a deadline of each waits in the runner's store.
 */
final class WaitingRuns {

  static final String FLOW = "waiting";

  private static final String HANDLER = "not-yet";
  private static final Duration WAIT = Duration.ofHours(10);
  private static final Duration SILENCE = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 50;
  private static final String DEFINITION = define();

  private WaitingRuns() {}

  /** The handler of their stage, for the worker. */
  static Handlers handlers() {
    return Handlers.of(
        List.of(
            StageHandler.of(
                HANDLER,
                JsonNode.class,
                (input, context) -> {
                  throw StageException.retryAfter(WAIT, "not yet");
                })));
  }

  /** The flow as a submission carries it. */
  static String definition() {
    return DEFINITION;
  }

  /**
   * Submits so many; returns when each of them waits.
   *
   * @throws IllegalStateException if no more of them come to wait for a minute
   */
  static void fill(Clocks clocks, RunClient client, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      client.submitFailing(Rig.freshRunId());
    }
    int left = client.failing();
    long heard = clocks.nano();
    while (left > 0) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      int now = client.failing();
      if (now < left) {
        heard = clocks.nano();
      } else if (clocks.nano() - heard > SILENCE.toNanos()) {
        throw new IllegalStateException(
            "waiting runs: found "
                + now
                + " of "
                + count
                + " that did not come to wait, and no other in "
                + SILENCE.toSeconds()
                + " s");
      }
      left = now;
    }
  }

  private static String define() {
    FlowBuilder builder = Flow.named(FLOW).on(Chain.RESOURCE_CLASS);
    builder.pipeline(
        Chain.PIPELINE,
        pipeline -> pipeline.stage("wait").handler(HANDLER).attempts(2).backoff(WAIT, WAIT));
    try {
      return FlowWriter.toJson(builder.build()).toString();
    } catch (InvalidFlowException e) {
      throw new IllegalStateException("one stage is a valid flow", e);
    }
  }
}
