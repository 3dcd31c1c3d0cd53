package io.tierflow.standalone.failover;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.standalone.failover.RecordWatch.Begun;
import io.tierflow.standalone.failover.RecordWatch.Placed;
import io.tierflow.standalone.failover.RecordWatch.Sent;
import io.tierflow.standalone.faults.TestSystem;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Kills runners and workers (SIGKILL), and measures until another goes on. */
final class Failover {

  private static final Duration LONGEST = Duration.ofMinutes(2);

  /** In which a standby catches up with the little that there is. */
  private static final Duration REST = Duration.ofSeconds(2);

  private final FailoverSystem system;
  private final RecordWatch watch;
  private final InstantSource clock;
  private final Consumer<String> messages;
  private final CountDownLatch never = new CountDownLatch(1);

  Failover(
      FailoverSystem system, RecordWatch watch, InstantSource clock, Consumer<String> messages) {
    this.system = system;
    this.watch = watch;
    this.clock = clock;
    this.messages = messages;
  }

  void apply() {
    // The first stage's end comes while its run's runner is dead.
    apply(
        "hops",
        "{stage: before, handler: sleep, with: {for: 1s}}",
        "{stage: after, handler: echo}");
    apply("nap", "{stage: nap, handler: sleep, with: {for: 3s}}");
  }

  private void apply(String name, String... stages) {
    system
        .client()
        .apply(
            name,
            "flow: "
                + name
                + "\nclass: "
                + FailoverSystem.LANE
                + "\npipelines: {p: {stages: ["
                + String.join(", ", stages)
                + "]}}\n");
  }

  /** Of each kill: from before it until the next stage of a run of that runner is sent. */
  Times runners(int kills) throws Exception {
    List<Long> millis = new ArrayList<>();
    while (millis.size() < kills) {
      rest();
      String run = submit("hops");
      int partition =
          watch.await(Placed.class, seen -> seen.run().equals(run), LONGEST).partition();
      int owner = system.owner(partition);
      watch.await(Sent.class, sent -> isOf(sent, run, "before"), LONGEST);
      long killed = System.nanoTime();
      system.killRunner(owner);
      Sent next = watch.await(Sent.class, sent -> isOf(sent, run, "after"), LONGEST);
      if (next.nanos() < killed) {
        throw new IllegalStateException("run " + run + ": its next stage came before the kill");
      }
      add(millis, "runner-" + owner, TimeUnit.NANOSECONDS.toMillis(next.nanos() - killed));
    }
    return new Times(millis);
  }

  /** Of each kill: from before it until another worker's handler has the task. */
  Times workers(int kills) throws Exception {
    List<Long> millis = new ArrayList<>();
    while (millis.size() < kills) {
      rest();
      String run = submit("nap");
      String holder = watch.await(Begun.class, seen -> seen.run().equals(run), LONGEST).worker();
      long killed = clock.millis();
      system.killWorker(holder);
      Begun next =
          watch.await(
              Begun.class,
              seen -> seen.run().equals(run) && !seen.worker().equals(holder),
              LONGEST);
      add(millis, holder, next.atMillis() - killed);
    }
    return new Times(millis);
  }

  private void add(List<Long> millis, String victim, long time) throws Exception {
    millis.add(time);
    messages.accept("kill " + millis.size() + ", " + victim + ": " + time + " ms");
    system.mend();
    watch.forget();
  }

  private static boolean isOf(Sent sent, String run, String stage) {
    return sent.run().equals(run) && sent.stage().equals(stage);
  }

  private String submit(String flow) {
    return TestSystem.patiently()
        .until(
            () -> system.client().submit(flow, JsonNodeFactory.instance.textNode("in")),
            run -> true);
  }

  private void rest() throws InterruptedException {
    never.await(REST.toMillis(), TimeUnit.MILLISECONDS);
  }
}
