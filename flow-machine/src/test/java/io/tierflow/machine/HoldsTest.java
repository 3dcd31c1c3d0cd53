package io.tierflow.machine;

import static io.tierflow.machine.ARun.aRun;
import static io.tierflow.machine.ARun.aRunWith;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.FailureKind;
import io.tierflow.machine.Decision.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HoldsTest {

  private static final Input.Release RELEASE = new Input.Release("c1");

  @Test
  void nothingIsSentToAPausedClassUntilItGoesOn() {
    ARun run = two();
    run.entries.pause(Set.of(), Set.of("small"));
    run.succeeds("p/a");
    assertThat(run.sent()).isEmpty();
    assertThat(run.state("p/b")).isEqualTo(StageState.QUEUED);
    assertThat(run.view().pipelines().get(0).stages().get(1).attempts().get(0).state())
        .isEqualTo("HELD");
    assertThat(run.decide(RELEASE).sent()).as("it is paused still").isEmpty();

    run.entries.pause(Set.of(), Set.of());
    run.decide(new Input.Release("c2"));
    assertThat(run.sent()).isEqualTo("p/b#1");
    assertThat(run.history("p/b")).isEqualTo("HELD#1 HELD#1 DISPATCHED#1");
    assertThat(run.again().sent()).as("until it has come back").isEqualTo("p/b#1");
    assertThat(run.succeeds("p/b").state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(run.decide(RELEASE).outcome()).isEqualTo(Outcome.STALE);
  }

  @Test
  void aReleaseThatFindsNothingHeldSendsNothing() {
    ARun run = two();
    assertThat(run.decide(RELEASE).outcome()).isEqualTo(Outcome.REPEATED);
    assertThat(run.sent()).isEmpty();
  }

  @Test
  void elementsAndRetriesAreHeldAsWell() {
    ARun run =
        aRunWith("[1,2,3]", p -> p.stage("a").handler("h").forEachElement(2, false).attempts(2));
    run.entries.pause(Set.of(), Set.of("small"));
    run.fails("p/a/0", FailureKind.WORKER_LOST);
    run.succeeds("p/a/1");
    assertThat(run.sent()).isEmpty();
    run.entries.pause(Set.of(), Set.of());
    assertThat(run.decide(RELEASE).sent()).isEqualTo("p/a/0#2 p/a/2#1");
    run.succeeds("p/a/0").succeeds("p/a/2");
    assertThat(run.state()).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void whatIsHeldIsNotMissing() {
    ARun run = two();
    run.entries.pause(Set.of(), Set.of("small"));
    run.succeeds("p/a");
    run.decide(new Input.PoolGone("small"));
    run.after(Duration.ofHours(1));
    assertThat(run.missing()).isEmpty();
    assertThat(run.state()).isEqualTo(RunState.RUNNING);
  }

  @Test
  void whatLiesInTheTopicOfAPausedClassIsNotPickedUpOnlyWhenThePauseIsOver() {
    ARun run = two();
    Instant due = run.now.plus(Checks.DEFAULT_QUEUE);
    run.now = due;
    run.decide(look(due, Set.of("small")));
    assertThat(run.missing()).isEmpty();
    run.decide(look(due, Set.of("large")));
    assertThat(run.missing()).containsExactly("NOT_PICKED_UP p/a");
  }

  private static Input look(Instant due, Set<String> paused) {
    return new Input.DeadlineReached(
        new Deadline(Deadline.Kind.CHECK, null, 0, due), Map.of(), paused);
  }

  @Test
  void aLookSendsWhatNobodyReleased() {
    ARun run = two();
    run.entries.pause(Set.of(), Set.of("small"));
    run.succeeds("p/a");
    run.entries.pause(Set.of(), Set.of());
    run.after(Checks.DEFAULT_QUEUE);
    assertThat(run.sent()).isEqualTo("p/b#1");
  }

  @Test
  void aRunOfAPausedFlowIsTakenAndWaits() {
    ARun run = ARun.ofPausedFlow(p -> p.stage("a").handler("h"));
    assertThat(run.state()).isEqualTo(RunState.QUEUED);
    assertThat(run.record().startedAt()).isNull();
    assertThat(run.sent()).isEmpty();
    run.now = run.now.plusSeconds(5);
    run.entries.pause(Set.of(), Set.of());
    assertThat(run.decide(RELEASE).sent()).isEqualTo("p/a#1");
    assertThat(run.state()).isEqualTo(RunState.RUNNING);
    assertThat(run.record().startedAt()).isEqualTo(run.now);
  }

  @Test
  void aPausedRunIsNotReleasedBeforeItGoesOnItself() {
    ARun run = two();
    run.entries.pause(Set.of(), Set.of("small"));
    run.succeeds("p/a");
    run.decide(new Input.Pause("p1"));
    run.entries.pause(Set.of(), Set.of());
    assertThat(run.decide(RELEASE).sent()).isEmpty();
    assertThat(run.lastEvents()).as("else it would be released again and again").isEmpty();
    assertThat(run.decide(new Input.Resume("p2")).sent()).isEqualTo("p/b#1");
  }

  private static ARun two() {
    return aRun(p -> p.stage("a").handler("h").then().stage("b").handler("h"));
  }
}
