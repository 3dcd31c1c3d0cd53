package io.tierflow.local;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.Handlers;
import io.tierflow.handler.StageException;
import io.tierflow.machine.Content;
import io.tierflow.machine.Input;
import io.tierflow.machine.TaskOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Works one attempt after another and says of each what a worker process would say. */
final class LocalWorker {

  /** The silence after which a worker counts as lost, where a stage does not say. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  private static final String SELF = "local";

  private final Handlers handlers;
  private final Script script;
  private final LocalClock clock;

  LocalWorker(Handlers handlers, Script script, LocalClock clock) {
    this.handlers = handlers;
    this.script = script;
    this.clock = clock;
  }

  /** A reply and the time of it. */
  record Said(Instant at, Input.Reply reply) {}

  /** How an attempt ended, of which the worker's reply is made. */
  private sealed interface Outcome permits Gave, Failed {}

  private record Gave(Content output) implements Outcome {}

  private record Failed(Failure failure) implements Outcome {}

  /** Works an attempt, beginning now; everything that is to be heard of it, in order. */
  List<Said> work(TaskOrder order, LocalContext context) {
    Instant start = clock.instant();
    Optional<Script.Play> play = script.nextPlay(order.task());
    if (play.filter(Script.LosesWorker.class::isInstance).isPresent()) {
      Duration silence = order.stage().timeouts().heartbeat().orElse(HEARTBEAT);
      return List.of(new Said(start, started(order, start, Optional.of(silence))));
    }
    Duration takes = script.duration(order.task());
    Optional<Duration> limit = order.stage().timeouts().run();
    Outcome outcome;
    if (play.isPresent() && play.get() instanceof Script.Fails fails) {
      outcome = new Failed(fails.failure());
    } else if (exceeds(takes, limit)) {
      outcome = timedOut(limit.orElseThrow()); // its handler would be stopped in the midst of it
    } else {
      outcome = call(order, context);
    }
    Duration took = Duration.between(start, clock.instant()).plus(takes);
    if (exceeds(took, limit)) {
      outcome = timedOut(limit.orElseThrow());
      took = limit.orElseThrow();
    }
    return said(order, context, start, start.plus(took), outcome);
  }

  private static List<Said> said(
      TaskOrder order, LocalContext context, Instant start, Instant end, Outcome outcome) {
    List<Said> all = new ArrayList<>();
    if (end.isAfter(start)) {
      // As a worker does of every attempt that outlives a moment.
      all.add(new Said(start, started(order, start, Optional.empty())));
      context
          .lastProgress()
          .map(
              said ->
                  new Input.Heartbeat(
                      order.task(), order.attempt(), SELF, said.fraction(), said.message()))
          .ifPresent(heartbeat -> all.add(new Said(start, heartbeat)));
    }
    all.add(new Said(end, ended(order, start, end, outcome)));
    return all;
  }

  private static Input.Reply started(
      TaskOrder order, Instant start, Optional<Duration> handedOver) {
    return new Input.Started(order.task(), order.attempt(), SELF, start, handedOver);
  }

  private static Input.Reply ended(TaskOrder order, Instant start, Instant end, Outcome outcome) {
    if (outcome instanceof Gave gave) {
      return new Input.Succeeded(
          order.task(), order.attempt(), SELF, start, end, gave.output(), null);
    }
    Failure failure = ((Failed) outcome).failure();
    return new Input.Failed(order.task(), order.attempt(), SELF, start, end, failure, null);
  }

  @SuppressWarnings("PMD.AvoidCatchingThrowable") // whatever a handler throws fails its attempt
  private Outcome call(TaskOrder order, LocalContext context) {
    String handler = order.stage().handler();
    try {
      byte[] output = handlers.invoke(handler, order.input().bytes(), context);
      String contentType = handlers.find(handler).orElseThrow().contentType();
      return new Gave(new Content(contentType, output, null, output.length));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is the test's own thread
      return new Failed(StageException.failureOf(e));
    } catch (Throwable e) {
      return new Failed(StageException.failureOf(e));
    }
  }

  private static Failed timedOut(Duration limit) {
    return new Failed(
        Failure.of(
            FailureKind.TIMED_OUT,
            "ran longer than its run timeout of " + limit.toMillis() + " ms"));
  }

  private static boolean exceeds(Duration took, Optional<Duration> limit) {
    return limit.filter(most -> took.compareTo(most) > 0).isPresent();
  }
}
