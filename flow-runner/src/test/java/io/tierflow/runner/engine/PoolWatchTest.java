package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.machine.Decision;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.Event;
import io.tierflow.machine.Input;
import io.tierflow.machine.MissingRecord;
import io.tierflow.machine.RunEntry;
import io.tierflow.machine.RunState;
import io.tierflow.machine.TaskKey;
import io.tierflow.runner.engine.PoolWatch.Presence;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoolWatchTest {

  private final Map<String, Presence> pools = new HashMap<>();
  private final PoolWatch watch = new PoolWatch(name -> pools.getOrDefault(name, Presence.UNKNOWN));
  private Instant now = Instant.EPOCH;

  @Test
  void nothingIsSaidWhileTheWorkersAreNotKnown() {
    watch.sent("r1", "small");

    assertThat(posts()).isEmpty();
  }

  @Test
  void aRunHearsOnceThatTheClassItSentToIsGone() {
    watch.sent("r1", "small");
    watch.sent("r2", "large");
    pools.put("small", Presence.GONE);
    pools.put("large", Presence.PRESENT);

    assertThat(posts()).containsExactly("r1 small gone");
    assertThat(posts()).isEmpty();
    told("r1", new Input.PoolGone("small"), flag("small"));
    now = now.plus(PoolWatch.POST_AGAIN).plusMillis(1);
    assertThat(posts()).isEmpty();
  }

  @Test
  void whatIsLostIsPostedAgain() {
    watch.sent("r1", "small");
    pools.put("small", Presence.GONE);
    posts();

    now = now.plus(PoolWatch.POST_AGAIN).plusMillis(1);

    assertThat(posts()).containsExactly("r1 small gone");
  }

  @Test
  void aFlaggedRunHearsThatTheClassIsBackAndThatItGoesAgain() {
    watch.sent("r1", "small");
    pools.put("small", Presence.GONE);
    posts();
    told("r1", new Input.PoolGone("small"), flag("small"));

    pools.put("small", Presence.PRESENT);
    assertThat(posts()).containsExactly("r1 small back");
    told("r1", new Input.PoolBack("small"), new MissingRecord(List.of()));

    pools.put("small", Presence.GONE);
    assertThat(posts()).containsExactly("r1 small gone");
  }

  @Test
  void aTaskThatIsSentLaterIsHeardOfToo() {
    pools.put("small", Presence.GONE);
    watch.sent("r1", "small");
    posts();
    told("r1", new Input.PoolGone("small"), flag("small"));

    watch.sent("r1", "small");

    assertThat(posts()).containsExactly("r1 small gone");
  }

  @Test
  void aRunThatHasEndedHearsNothing() {
    pools.put("small", Presence.GONE);
    watch.sent("r1", "small");

    watch.decided(
        "r1",
        new Input.Cancel(""),
        decision(Map.of(), List.of(new Event.RunEnded(RunState.CANCELLED, null))));

    assertThat(posts()).isEmpty();
  }

  private List<String> posts() {
    return watch.due(now).stream()
        .map(
            change -> change.runId() + " " + change.lane() + (change.present() ? " back" : " gone"))
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
                null)));
  }
}
