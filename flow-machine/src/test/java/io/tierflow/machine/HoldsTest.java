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
  void anElementWhoseTurnHasNotComeIsNotBegunAndIsWrittenOnceItIsSent() {
    ARun run = five(4);
    assertThat(run.sent()).isEmpty();
    assertThat(run.view().pipelines().get(0).stages().get(1).elements().heldFor())
        .isEqualTo("TURN");
    assertThat(run.state("p/e/0")).isEqualTo(StageState.WAITING);

    run.turnOf("c1", "p/e/0", "p/e/1");
    assertThat(run.sent()).isEqualTo("p/e/0#1 p/e/1#1");
    run.succeeds("p/e/0");
    assertThat(run.sent()).isEmpty();
    assertThat(run.written()).as("itself and its for-each").isEqualTo(2);
    assertThat(run.history("p/e/2")).isEmpty();
    run.room = 1;
    assertThat(run.succeeds("p/e/1").sent()).as("there is room").isEqualTo("p/e/2#1");
    assertThat(run.asked().ended()).as("its place is free").hasValue(ARun.key("p/e/1"));
    assertThat(run.written()).as("the next one as well, and nothing else").isEqualTo(3);
    run.turnOf("c2", "p/e/4");
    assertThat(run.sent()).as("a turn reaches up to its element").isEqualTo("p/e/3#1 p/e/4#1");
    assertThat(run.stage("p/e").fanOut().heldFor()).isNull();
    run.succeeds("p/e/2").succeeds("p/e/3").succeeds("p/e/4");
    assertThat(run.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(run.history("p/e")).isEqualTo("FANNED_OUT*5 HELD:TURN RELEASED SUCCEEDED");
  }

  @Test
  void noTurnIsNeededForMoreThanMayBeOut() {
    ARun run = five(2);
    run.turnOf("c1", "p/e/0", "p/e/1", "p/e/2");
    assertThat(run.sent()).isEqualTo("p/e/0#1 p/e/1#1");
    assertThat(run.stage("p/e").fanOut()).isEqualTo(new FanOut(5, 2, 0, 0));
    run.succeeds("p/e/0");
    assertThat(run.stage("p/e").fanOut()).isEqualTo(new FanOut(5, 2, 1, 0, Hold.TURN));
  }

  @Test
  void aTurnThatIsDecidedAgainSendsAgainAllThatItSent() {
    ARun run = five(4);
    run.turnOf("c1", "p/e/2").again();
    assertThat(run.outcome()).isEqualTo(Outcome.REPEATED);
    assertThat(run.sent()).isEqualTo("p/e/2#1 p/e/1#1 p/e/0#1");
    run.turnOf("c2", "p/e/3");
    assertThat(run.sent()).isEqualTo("p/e/3#1");
  }

  @Test
  void aTurnThatIsDecidedAgainSendsAgainWhatWentBehindItForThereWasRoom() {
    ARun run = five(4);
    run.room = 2;
    run.turnOf("c1", "p/e/0");
    assertThat(run.sent()).isEqualTo("p/e/0#1 p/e/1#1 p/e/2#1");

    run.again();

    assertThat(run.outcome()).isEqualTo(Outcome.REPEATED);
    assertThat(run.sent()).isEqualTo("p/e/0#1 p/e/2#1 p/e/1#1");
  }

  @Test
  void aPauseHoldsElementsWhoseTurnItIs() {
    ARun run = five(4);
    run.entries.pause(Set.of(), Set.of("small"));
    assertThat(run.turnOf("c1", "p/e/0").sent()).isEmpty();
    assertThat(run.stage("p/e").fanOut().heldFor()).isEqualTo(Hold.PAUSE);
    run.decide(RELEASE);
    assertThat(StageHistory.of(run.lastEvents(), TaskKey.of("p", "e")))
        .as("whoever watches over it hears that it is held still")
        .isEqualTo("HELD:PAUSE");
    run.entries.pause(Set.of(), Set.of());
    run.room = 1;
    assertThat(run.decide(new Input.Release("c2")).sent()).isEqualTo("p/e/0#1");
    assertThat(run.stage("p/e").fanOut().heldFor()).isEqualTo(Hold.TURN);
  }

  @Test
  void aPausedRunWaitsForNoTurnUntilItGoesOn() {
    ARun run = five(4);
    run.decide(new Input.Pause("p1"));
    assertThat(run.turnOf("c1", "p/e/0").sent()).isEmpty();
    assertThat(run.stage("p/e").fanOut().heldFor()).isNull();
    run.decide(new Input.Resume("p2"));
    assertThat(run.stage("p/e").fanOut().heldFor()).isEqualTo(Hold.TURN);
  }

  @Test
  void aLookBeginsElementsThatWaitForATurnThatNobodyTold() {
    ARun run = five(4);
    run.after(Duration.ofHours(1));
    assertThat(run.missing()).isEmpty();
    run.room = 2;
    run.after(Checks.DEFAULT_QUEUE);
    assertThat(run.history("p/e/0") + run.history("p/e/1") + run.history("p/e/2"))
        .isEqualTo("DISPATCHED#1DISPATCHED#1");
    assertThat(run.missing()).isEmpty();
  }

  // A for-each of five elements whose list is there, in a class where others go first.
  private static ARun five(int concurrency) {
    ARun run =
        aRun(
            p ->
                p.stage("a")
                    .handler("h")
                    .then()
                    .stage("e")
                    .handler("h")
                    .forEachElement(concurrency, true));
    run.room = 0;
    return run.succeeds("p/a", "[1,2,3,4,5]");
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
