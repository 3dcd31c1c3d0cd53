package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.machine.Decision;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.Event;
import io.tierflow.machine.Input;
import io.tierflow.machine.MissingRecord;
import io.tierflow.machine.MissingRecord.Wanted;
import io.tierflow.machine.RunEntry;
import io.tierflow.machine.RunState;
import io.tierflow.machine.TaskKey;
import io.tierflow.runner.engine.PoolWatch.Need;
import io.tierflow.runner.engine.PoolWatch.Sight;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PoolWatchTest {

  private static final Need SMALL = new Need("small", null);
  private static final Need LARGE = new Need("large", null);
  private static final Need FIT = new Need("small", "fit");

  private final Map<Need, Sight> pools = new HashMap<>();
  private final PoolWatch watch = new PoolWatch(need -> pools.getOrDefault(need, Sight.UNKNOWN));
  private Instant now = Instant.EPOCH;

  @Test
  void nothingIsSaidWhileTheWorkersAreNotKnown() {
    watch.sent("r1", SMALL);

    assertThat(posts()).isEmpty();
  }

  @Test
  void aRunHearsOnceThatTheClassItSentToIsGone() {
    watch.sent("r1", SMALL);
    watch.sent("r2", LARGE);
    pools.put(SMALL, Sight.GONE);
    pools.put(LARGE, Sight.PRESENT);

    assertThat(posts()).containsExactly("r1 small gone");
    assertThat(posts()).isEmpty();
    told("r1", new Input.PoolGone("small"), flag("small"));
    now = now.plus(PoolWatch.POST_AGAIN).plusMillis(1);
    assertThat(posts()).isEmpty();
  }

  @Test
  void whatIsLostIsPostedAgain() {
    watch.sent("r1", SMALL);
    pools.put(SMALL, Sight.GONE);
    posts();

    now = now.plus(PoolWatch.POST_AGAIN).plusMillis(1);

    assertThat(posts()).containsExactly("r1 small gone");
  }

  @Test
  void aFlaggedRunHearsThatTheClassIsBackAndThatItGoesAgain() {
    watch.sent("r1", SMALL);
    pools.put(SMALL, Sight.GONE);
    posts();
    told("r1", new Input.PoolGone("small"), flag("small"));

    pools.put(SMALL, Sight.PRESENT);
    assertThat(posts()).containsExactly("r1 small back");
    told("r1", new Input.PoolBack("small"), new MissingRecord(List.of()));

    pools.put(SMALL, Sight.GONE);
    assertThat(posts()).containsExactly("r1 small gone");
  }

  @Test
  void aTaskThatIsSentLaterIsHeardOfToo() {
    pools.put(SMALL, Sight.GONE);
    watch.sent("r1", SMALL);
    posts();
    told("r1", new Input.PoolGone("small"), flag("small"));

    watch.sent("r1", SMALL);

    assertThat(posts()).containsExactly("r1 small gone");
  }

  @Test
  void whatCannotBeDecidedIsPutOffAndNotForgotten() {
    watch.sent("r1", SMALL);
    pools.put(SMALL, Sight.GONE);
    posts();

    watch.putOff("r1", SMALL, false, now);

    now = now.plus(Timers.PUT_OFF).minusSeconds(1);
    assertThat(posts()).isEmpty();
    now = now.plusSeconds(2);
    assertThat(posts()).containsExactly("r1 small gone");
  }

  @Test
  void aRunHearsAgainWhenTheWorkerThatWasStoppingHasLeft() {
    watch.sent("r1", SMALL);
    pools.put(SMALL, Sight.GONE.before(List.of("w1", "w2")));
    assertThat(posts()).containsExactly("r1 small gone but w1 w2");
    told("r1", new Input.PoolGone("small", Optional.empty(), Set.of("w1", "w2")), flag("small"));
    assertThat(posts()).isEmpty();

    pools.put(SMALL, Sight.UNKNOWN);
    assertThat(posts()).as("it may still be there").isEmpty();
    pools.put(SMALL, Sight.GONE.before(List.of("w2")));
    assertThat(posts()).containsExactly("r1 small gone but w2");
    told("r1", new Input.PoolGone("small", Optional.empty(), Set.of("w2")), flag("small"));
    assertThat(posts()).isEmpty();

    pools.put(SMALL, Sight.GONE);
    assertThat(posts()).containsExactly("r1 small gone");
    told("r1", new Input.PoolGone("small"), flag("small"));
    assertThat(posts()).isEmpty();
  }

  @Test
  void aWorkerThatLeavesBeforeItsStoppingWasHeardOfIsToldOfAllTheSame() {
    watch.sent("r1", FIT);
    pools.put(FIT, Sight.lacking(FIT, List.of("w2")).before(List.of("w1")));
    assertThat(posts()).containsExactly("r1 small/fit lacking but w1");
    pools.put(FIT, Sight.lacking(FIT, List.of("w2")));
    assertThat(posts()).as("the command is on its way").isEmpty();
    Wanted lack = new Wanted("fit", "without it: w2");

    told("r1", new Input.PoolGone("small", Optional.of(lack), Set.of("w1")), flag("small", lack));

    assertThat(posts()).containsExactly("r1 small/fit lacking");
  }

  @Test
  void whereAnotherWorkerHasJoinedTheOneThatStopsIsNotMissed() {
    watch.sent("r1", SMALL);
    pools.put(SMALL, Sight.GONE.before(List.of("w1")));
    posts();
    told(
        "r1",
        new Input.PoolGone("small", Optional.empty(), Set.of("w1")),
        new MissingRecord(List.of()));

    pools.put(SMALL, Sight.PRESENT);
    assertThat(posts()).isEmpty();
    pools.put(SMALL, Sight.GONE);
    assertThat(posts()).as("what it left behind waits for those").containsExactly("r1 small gone");
  }

  @Test
  void aRunThatHasEndedHearsNothing() {
    pools.put(SMALL, Sight.GONE);
    watch.sent("r1", SMALL);

    watch.decided(
        "r1",
        new Input.Cancel(""),
        decision(Map.of(), List.of(new Event.RunEnded(RunState.CANCELLED, null))));

    assertThat(posts()).isEmpty();
  }

  @Test
  void aHandlerThatNoWorkerHasIsToldApartFromAClassWithoutWorkers() {
    watch.sent("r1", FIT);
    pools.put(FIT, Sight.GONE);
    assertThat(posts()).containsExactly("r1 small/fit gone");
    Wanted none = new Wanted("fit", "");
    told("r1", new Input.PoolGone("small", Optional.of(none)), flag("small", none));

    Sight lacking = Sight.lacking(FIT, List.of("w1"));
    pools.put(FIT, lacking); // a pool has joined, but without the handler
    assertThat(posts()).containsExactly("r1 small/fit back");
    told("r1", new Input.PoolBack("small", Optional.of("fit")), new MissingRecord(List.of()));
    assertThat(posts()).containsExactly("r1 small/fit lacking");
    Wanted lack = new Wanted("fit", lacking.detail());
    told("r1", new Input.PoolGone("small", Optional.of(lack)), flag("small", lack));
    assertThat(posts()).isEmpty();

    pools.put(FIT, Sight.PRESENT);
    assertThat(posts()).containsExactly("r1 small/fit back");
  }

  @Test
  void tasksThatDeclareMemoryHearOfItApartFromOthersOfTheirHandler() {
    Need large = new Need("small", "fit", 2L << 30);
    Sight tooLarge = Sight.tooLarge(large, List.of("w1 (512m)"));
    assertThat(tooLarge.detail())
        .isEqualTo(
            "no live worker of class small with handler fit has 2g of memory for a task; less:"
                + " w1 (512m)");
    pools.put(FIT, Sight.PRESENT);
    pools.put(large, tooLarge);
    watch.sent("r1", FIT);
    watch.sent("r2", large);
    assertThat(posts()).containsExactly("r2 small/fit lacking");
    Wanted wanted = new Wanted("fit", large.memory(), tooLarge.detail(), true);
    told("r2", new Input.PoolGone("small", Optional.of(wanted)), flag("small", wanted));

    pools.put(large, Sight.PRESENT);
    assertThat(posts()).containsExactly("r2 small/fit back");
    told(
        "r2",
        new Input.PoolBack("small", Optional.of("fit"), large.memory()),
        new MissingRecord(List.of()));
    assertThat(posts()).isEmpty();
  }

  @Test
  void onlyTheFirstOfManyWorkersAreNamed() {
    List<String> workers = IntStream.rangeClosed(1, 12).mapToObj(i -> "w" + i).toList();

    assertThat(Sight.lacking(FIT, workers).detail())
        .isEqualTo(
            "no live worker of class small has handler fit; without it: "
                + "w1, w2, w3, w4, w5, w6, w7, w8, w9, w10 and 2 more");
  }

  private List<String> posts() {
    return watch.due(now).stream()
        .map(
            change ->
                change.runId()
                    + " "
                    + change.need().lane()
                    + (change.need().handler() == null ? "" : "/" + change.need().handler())
                    + (change.present()
                        ? " back"
                        : change.sight().detail().isEmpty() ? " gone" : " lacking")
                    + (change.sight().stopping().isEmpty()
                        ? ""
                        : " but " + String.join(" ", change.sight().stopping())))
        .toList();
  }

  private void told(String runId, Input input, MissingRecord missing) {
    watch.decided(runId, input, decision(Map.of(EntryKey.MISSING, missing), List.of()));
  }

  private static Decision decision(Map<EntryKey, RunEntry> entries, List<Event> events) {
    return new Decision(
        Decision.Outcome.ACCEPTED, events, entries, List.of(), List.of(), List.of(), List.of());
  }

  private MissingRecord flag(String resourceClass) {
    return flag(resourceClass, null);
  }

  private MissingRecord flag(String resourceClass, Wanted wanted) {
    return new MissingRecord(
        List.of(
            new MissingRecord.Flag(
                MissingRecord.Reason.NO_WORKERS,
                TaskKey.of("p", "a"),
                1,
                resourceClass,
                null,
                now,
                null,
                "cause",
                null,
                wanted)));
  }
}
