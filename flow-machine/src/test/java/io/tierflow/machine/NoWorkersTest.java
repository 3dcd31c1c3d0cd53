package io.tierflow.machine;

import static io.tierflow.machine.ARun.aRun;
import static io.tierflow.machine.ARun.aRunWith;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Launcher;
import io.tierflow.machine.Decision.Outcome;
import io.tierflow.machine.MissingRecord.Wanted;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What waits for a class without workers is flagged, and cleared when a pool joins. */
class NoWorkersTest {

  private static final Input SMALL_GONE = new Input.PoolGone("small");
  private static final Input SMALL_BACK = new Input.PoolBack("small");

  @Test
  void aQueuedTaskIsFlaggedUntilAPoolJoins() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    run.decide(SMALL_GONE);
    assertThat(run.missing()).containsExactly("NO_WORKERS p/a");
    assertThat(run.view().missing().get(0).resourceClass()).isEqualTo("small");

    run.decide(SMALL_BACK);
    assertThat(run.missing()).isEmpty();
    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 NO_WORKERS#1 CLEARED");
  }

  @Test
  void itMayComeAgainAndIsThenAnotherFlag() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    run.decide(SMALL_GONE).decide(SMALL_BACK).after(Duration.ofMinutes(1)).decide(SMALL_GONE);

    assertThat(run.missing()).containsExactly("NO_WORKERS p/a");
    assertThat(run.view().missing()).hasSize(2);
  }

  @Test
  void aRepetitionSaysTheSameFlagAgainAndRaisesNoOther() {
    ARun run = aRun(p -> p.stage("a").handler("h")).decide(SMALL_GONE);

    run.after(Duration.ofSeconds(1)).again();

    assertThat(run.outcome()).isEqualTo(Outcome.REPEATED);
    assertThat(run.view().missing()).hasSize(1);
    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 NO_WORKERS#1 NO_WORKERS#1");

    run.decide(SMALL_BACK).again();
    assertThat(run.outcome()).isEqualTo(Outcome.REPEATED);
    assertThat(run.history("p/a")).endsWith("CLEARED CLEARED");
  }

  @Test
  void onlyWhatWaitsForThatClassIsFlagged() {
    ARun run =
        aRun(
            p ->
                p.parallel(
                    both ->
                        both.stage("a").handler("h").and().stage("b").handler("h").on("large")));

    run.decide(new Input.PoolGone("large"));
    assertThat(run.missing()).containsExactly("NO_WORKERS p/b");
    run.decide(SMALL_BACK);
    assertThat(run.missing()).containsExactly("NO_WORKERS p/b");
    run.startsHandedOver("p/a", Duration.ofSeconds(10)).decide(SMALL_GONE);
    assertThat(run.missing())
        .as("whom the runner watches itself waits for no pool")
        .containsExactly("NO_WORKERS p/b");
  }

  @Test
  void whatHasBegunUnderTheBrokersLockWaitsForAPoolToo() {
    ARun run = aRun(p -> p.stage("a").handler("h")).starts("p/a");

    assertThat(run.decide(SMALL_GONE).missing()).containsExactly("NO_WORKERS p/a");
    assertThat(run.decide(SMALL_BACK).missing()).isEmpty();
    run.decide(SMALL_GONE).starts("p/a");
    assertThat(run.missing()).as("another worker has it").isEmpty();
    assertThat(run.decide(SMALL_GONE).succeeds("p/a").missing()).isEmpty();
  }

  /** A run whose task a is like this; its worker is w. */
  private static ARun aRunWhoseTaskIs(String state) {
    ARun run = aRun(p -> p.stage("a").handler("h"));
    return switch (state) {
      case "QUEUED" -> run;
      case "BEGUN" -> run.starts("p/a");
      case "HANDED_OVER" -> run.startsHandedOver("p/a", Duration.ofMinutes(1));
      case "PUT_OFF" -> run.starts("p/a").fails("p/a", FailureKind.DEFERRED);
      default -> throw new IllegalArgumentException(state);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "QUEUED, w, , true",
    "QUEUED, w, h, true",
    "QUEUED, , , true",
    "BEGUN, w, , false",
    "BEGUN, w, h, false",
    "BEGUN, other;w, , false",
    "BEGUN, other, , true",
    "BEGUN, other, h, true",
    "BEGUN, , , true",
    "HANDED_OVER, , , false",
    "PUT_OFF, w, , false",
    "PUT_OFF, w, h, true",
  })
  void whatAWorkerThatStopsHasBegunWaitsForNobodyElse(
      String state, String stopping, String handler, boolean flagged) {
    Set<String> workers = stopping == null ? Set.of() : Set.of(stopping.split(";", -1));
    Optional<Wanted> wanted = Optional.ofNullable(handler).map(name -> new Wanted(name, ""));

    ARun run = aRunWhoseTaskIs(state).decide(new Input.PoolGone("small", wanted, workers));

    assertThat(run.missing()).hasSize(flagged ? 1 : 0);
  }

  @Test
  void whatAWorkerThatStoppedHasLeftBehindIsFlaggedOnceItIsGone() {
    ARun run =
        aRun(p -> p.parallel(both -> both.stage("a").handler("h").and().stage("b").handler("h")));
    run.starts("p/a").decide(new Input.PoolGone("small", Optional.empty(), Set.of("w")));
    assertThat(run.missing()).containsExactly("NO_WORKERS p/b");

    run.decide(SMALL_GONE);

    assertThat(run.missing()).containsExactlyInAnyOrder("NO_WORKERS p/a", "NO_WORKERS p/b");
    assertThat(run.view().missing()).hasSize(2);
  }

  @Test
  void aPoolThatJoinsClearsOnlyWhatStands() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    run.decide(SMALL_GONE).decide(SMALL_BACK).after(Duration.ofMinutes(1));
    run.decide(SMALL_GONE).decide(SMALL_BACK);

    assertThat(run.history("p/a"))
        .isEqualTo("DISPATCHED#1 NO_WORKERS#1 CLEARED NO_WORKERS#1 CLEARED");
  }

  @Test
  void theLaunchersOfAClassAreMissedEachByItself() {
    ARun run =
        aRun(
            p ->
                p.parallel(
                    both ->
                        both.stage("a")
                            .handler("h")
                            .and()
                            .stage("b")
                            .handler("exec")
                            .by(Launcher.SSH)));

    run.decide(new Input.PoolGone("small.ssh"));

    assertThat(run.missing()).containsExactly("NO_WORKERS p/b");
    assertThat(run.view().missing())
        .extracting(flag -> flag.resourceClass() + " by " + flag.launcher())
        .containsExactly("small by ssh");
    run.decide(SMALL_BACK);
    assertThat(run.missing()).containsExactly("NO_WORKERS p/b");
    run.decide(new Input.PoolBack("small.ssh"));
    assertThat(run.missing()).isEmpty();
  }

  @Test
  void aTaskIsLostOnlyByWhatItsOwnLauncherHasServed() {
    ARun run = aRun(p -> p.stage("a").handler("h").by(Launcher.IN_PROCESS));

    // The topic of the class's pools is served up to the end of the first hour.
    run.checks(Duration.ofMinutes(30), Duration.ofHours(1));

    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 NOT_PICKED_UP#1");
  }

  @Test
  void aTaskThatStartsOrEndsIsNotMissingAnyMore() {
    ARun started = aRun(p -> p.stage("a").handler("h")).decide(SMALL_GONE).starts("p/a");
    ARun ended = aRun(p -> p.stage("a").handler("h").then().stage("b").handler("h"));

    assertThat(started.missing()).isEmpty();
    assertThat(ended.decide(SMALL_GONE).succeeds("p/a").missing()).isEmpty();
  }

  @Test
  void aPoolThatJoinsLeavesOtherFlagsOfTheTask() {
    Duration minute = Duration.ofMinutes(1);
    ARun run = aRun(p -> p.stage("a").handler("h").startsWithin(minute));

    run.decide(SMALL_GONE).after(minute);
    assertThat(run.missing()).containsExactly("NO_WORKERS p/a", "NOT_PICKED_UP p/a");
    run.decide(SMALL_BACK);
    assertThat(run.missing()).containsExactly("NOT_PICKED_UP p/a");
    run.starts("p/a");
    assertThat(run.missing()).isEmpty();
  }

  @Test
  void eachElementThatIsOutIsFlaggedAndNoneIsLeftWhenTheForEachFails() {
    ARun run =
        aRunWith(
            "[1,2,3]",
            p -> p.stage("a").handler("h").forEachElement(2, true).then().stage("b").handler("h"));

    run.decide(SMALL_GONE);
    assertThat(run.missing()).isEqualTo(List.of("NO_WORKERS p/a/0", "NO_WORKERS p/a/1"));

    run.fails("p/a/0", FailureKind.INVALID_INPUT);
    assertThat(run.missing()).isEmpty();
  }

  @Test
  void noMoreIsFlaggedThanCanBeCleared() {
    String list = "[" + "1,".repeat(MissingRecord.MAX_FLAGS + 4) + "1]";
    ARun run =
        aRunWith(
            list, p -> p.stage("a").handler("h").forEachElement(MissingRecord.MAX_FLAGS + 5, true));

    run.decide(SMALL_GONE);

    assertThat(run.missing()).hasSize(MissingRecord.MAX_FLAGS);
    assertThat(run.history("p/a/" + MissingRecord.MAX_FLAGS)).isEqualTo("DISPATCHED#1");
  }

  @Test
  void aTaskWhoseHandlerIsLackingStaysFlaggedWhileItIsPutOffUntilAPoolHasIt() {
    ARun run =
        aRun(
            p ->
                p.parallel(
                    both -> both.stage("a").handler("fit").and().stage("b").handler("other")));
    Input lacking = new Input.PoolGone("small", Optional.of(new Wanted("fit", "without it: w1")));

    run.fails("p/a", FailureKind.DEFERRED).decide(lacking);
    assertThat(run.missing()).containsExactly("NO_WORKERS p/a");
    run.after(Duration.ofSeconds(1)).fails("p/a", FailureKind.DEFERRED).decide(lacking);
    assertThat(run.outcome()).isEqualTo(Outcome.REPEATED);
    assertThat(run.missing()).containsExactly("NO_WORKERS p/a");
    assertThat(run.view().missing()).hasSize(1);
    assertThat(run.view().missing().get(0).detail()).isEqualTo("without it: w1");

    run.decide(SMALL_BACK).decide(new Input.PoolBack("small", Optional.of("other")));
    assertThat(run.missing()).containsExactly("NO_WORKERS p/a");
    run.decide(new Input.PoolBack("small", Optional.of("fit")));
    assertThat(run.missing()).isEmpty();
  }

  @Test
  void aTaskThatIsTooLargeForItsClassStaysFlaggedUnlessItHasALargerOne() {
    ARun run =
        aRun(
            p ->
                p.parallel(
                    all ->
                        all.stage("a")
                            .handler("fit")
                            .memory(2L << 30)
                            .and()
                            .stage("b")
                            .handler("fit")
                            .memory(2L << 30)
                            .onOutOfMemory("large")
                            .and()
                            .stage("c")
                            .handler("fit")));
    Wanted wanted = new Wanted("fit", 2L << 30, "less: w1 (512m)", true);
    Failure tooLarge = Failure.tooLarge("needs 2g", Duration.ofSeconds(1));

    run.decide(new Input.PoolGone("small", Optional.of(wanted)));
    assertThat(run.missing()).containsExactly("NO_WORKERS p/a");
    run.fails("p/a", tooLarge).fails("p/b", tooLarge);
    assertThat(run.missing()).containsExactly("NO_WORKERS p/a");
    assertThat(run.stage("p/b").current().orElseThrow().resourceClass()).isEqualTo("large");

    run.decide(new Input.PoolBack("small", Optional.of("fit")));
    assertThat(run.missing()).containsExactly("NO_WORKERS p/a");
    run.decide(new Input.PoolBack("small", Optional.of("fit"), 2L << 30));
    assertThat(run.missing()).isEmpty();
  }

  @Test
  void aTaskThatWouldRatherFailThanBePutOffMissesNothing() {
    ARun run = aRun(p -> p.stage("a").handler("fit").notOn(FailureKind.DEFERRED));

    run.decide(new Input.PoolGone("small", Optional.of(new Wanted("fit", "without it: w1"))))
        .fails("p/a", FailureKind.DEFERRED);

    assertThat(run.missing()).isEmpty();
    assertThat(run.view().state()).isEqualTo("FAILED");
  }

  @Test
  void aRunThatHasEndedMissesNothing() {
    ARun run = aRun(p -> p.stage("a").handler("h")).decide(new Input.Cancel("enough"));

    assertThat(run.decide(SMALL_GONE).outcome()).isEqualTo(Outcome.STALE);
    assertThat(run.missing()).isEmpty();
  }
}
