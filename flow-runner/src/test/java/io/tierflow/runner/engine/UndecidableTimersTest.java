package io.tierflow.runner.engine;

import static io.tierflow.runner.engine.FakePartition.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.machine.EntryKey;
import io.tierflow.machine.TaskKey;
import io.tierflow.machine.expect.Expectation;
import io.tierflow.runner.expect.ExpectationService.Subject;
import io.tierflow.schemas.Pausable;
import io.tierflow.schemas.Pause;
import io.tierflow.schemas.ReportExpected;
import io.tierflow.schemas.StageTask;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

/** What cannot be decided is set aside, stops nobody, and is tried again now and then. */
class UndecidableTimersTest {

  private static final byte[] GARBAGE = {(byte) 0xff, 0, 1};
  private static final Instant PAST = NOW.plus(Duration.ofDays(7));
  private static final String FLOW =
      """
      {"flow": "f", "class": "small",
       "pipelines": {"p": {"stages": [{"stage": "a", "handler": "echo"}]}}}
      """;

  private final FakePartition partition = new FakePartition();
  private Instant now = NOW;

  @Test
  void aRunThatCannotBeReadIsSetAsideOnceAnHourAndLookedAtWhenItIsWholeAgain() {
    partition.submit("r", 1, FLOW);
    byte[] whole = damage("r", EntryKey.RUN);
    now = now.plus(Duration.ofMinutes(6)); // its look is due
    assertThat(decidedWithin(Duration.ofMinutes(59))).isEqualTo(1);
    assertThat(partition.deadLetters())
        .singleElement()
        .satisfies(
            letter ->
                assertThat(letter.getReason().getMessage())
                    .isEqualTo("the state holds what is no RunRecord"));
    assertThat(decidedWithin(Duration.ofMinutes(60))).isEqualTo(1);
    assertThat(partition.deadLetters()).hasSize(2);

    partition.store(Stores.ENTRIES).put(StoreKeys.entry("r", EntryKey.RUN), whole);
    partition.restart(); // nothing is cached
    assertThat(decidedWithin(Duration.ofMinutes(60))).isPositive();
    assertThat(partition.deadLetters()).hasSize(2);
    assertThat(partition.sent(partition.topics.events(), io.tierflow.schemas.RunEvents.class))
        .as("it is flagged as late in its queue")
        .anyMatch(events -> events.toString().contains("NOT_PICKED_UP"));
  }

  @Test
  void aHundredRunsThatCannotBeRemovedHoldUpNoOther() {
    for (int i = 0; i < Timers.PRUNED_PER_TICK; i++) {
      end("bad" + i);
    }
    partition.restart();
    for (int i = 0; i < Timers.PRUNED_PER_TICK; i++) {
      damage("bad" + i, EntryKey.RUN);
    }
    now = now.plusMillis(1);
    end("good");
    now = PAST.plusSeconds(1);
    decidedWithin(Duration.ofSeconds(30)); // every third tick posts again what was lost

    assertThat(partition.store(Stores.ENTRIES).get(StoreKeys.entry("good", EntryKey.RUN))).isNull();
  }

  @Test
  void noMoreRemovalsAreOutThanOneTickPosts() {
    for (int i = 0; i < Timers.PRUNED_PER_TICK + 1; i++) {
      end("r" + i);
    }
    for (int tick = 1; tick <= 5; tick++) {
      partition.tick(PAST.plusSeconds(tick));
    }

    assertThat(partition.takePosted()).isEqualTo(Timers.PRUNED_PER_TICK);
    partition.tick(PAST.plusSeconds(6));
    assertThat(partition.takePosted()).isEqualTo(1);
  }

  @Test
  void aPartitionIsTakenOverThoughARunInItIsInAStateOfANewerVersion() {
    partition.submit("r", 1, FLOW);
    Bytes key = partition.store(Stores.LIST).keys().get(0);
    Listed run = EntryCodec.decode(partition.store(Stores.LIST).get(key), Listed.class);
    partition
        .store(Stores.LIST)
        .put(
            key,
            EntryCodec.encode(
                new Listed(
                    run.flow(),
                    run.version(),
                    "FROZEN",
                    run.labels(),
                    run.submittedAt(),
                    null,
                    run.priority())));

    partition.restart();
    partition.submit("other", 1, FLOW);

    assertThat(partition.tasks("other")).isEqualTo("p/a#1");
  }

  @Test
  void aTimerThatCannotBeReadIsKeptAndStopsNobody() {
    partition.submit("r", 1, FLOW);
    Bytes key =
        partition.store(Stores.DEADLINES).keys().stream()
            .filter(each -> text(each).contains("CHECK"))
            .findFirst()
            .orElseThrow();
    partition.store(Stores.DEADLINES).put(key, GARBAGE);
    now = now.plus(Duration.ofMinutes(6));
    assertThat(decidedWithin(Duration.ofMinutes(1))).isZero();
    assertThat(partition.store(Stores.DEADLINES).keys())
        .singleElement()
        .satisfies(later -> assertThat(text(later).substring(8)).isEqualTo(text(key).substring(8)));
  }

  @Test
  void aPartitionIsTakenOverThoughAStageInItCannotBeRead() {
    partition.submit("r", 1, FLOW);
    partition.pauses.learn(new Pause(Pausable.CLASS, "small", NOW));
    partition.submit("held", 1, FLOW);
    damage("r", EntryKey.of(TaskKey.of("p", "a")));
    partition.pauses.learn(new Pause(Pausable.CLASS, "small", null));
    decidedWithin(Duration.ofMinutes(1));

    assertThat(partition.tasks("held")).as("the others are told of").isEqualTo("p/a#1");
  }

  @Test
  void anExpectationThatCannotBeReadIsSetAsideOnceAnHour() {
    Instant due = NOW.plusSeconds(60);
    partition.command("export", ExpectRecords.register("", Expectation.by(due)));
    partition.store(Stores.EXPECTATIONS).put(ExpectKeys.state(new Subject("export", "")), GARBAGE);
    now = now.plus(Duration.ofHours(2));
    assertThat(decidedWithin(Duration.ofMinutes(30))).isEqualTo(1);
    assertThat(partition.deadLetters()).hasSize(1);
    assertThat(decidedWithin(Duration.ofMinutes(60))).isEqualTo(1);
  }

  @Test
  void anExpectationThatCannotBeReadStopsNoOtherAndWhatIsReportedOfItIsSetAside() {
    for (String name : List.of("export", "backup")) {
      partition.command(name, ExpectRecords.register("", Expectation.by(NOW.plusSeconds(60))));
    }
    now = now.plusSeconds(61);
    assertThat(decidedWithin(Duration.ofSeconds(10))).isEqualTo(2);
    Subject bad = new Subject("export", "");
    partition.store(Stores.EXPECTATIONS).put(ExpectKeys.state(bad), GARBAGE);
    partition.store(Stores.EXPECTATIONS).put(ExpectKeys.flagged(bad), GARBAGE);
    partition.restart();
    assertThat(overdue()).as("what can be read is taken over").isEqualTo(1);

    for (String name : List.of("export", "backup")) {
      partition.command(name, new ReportExpected("", "SUCCEEDED", "", null, null));
    }
    assertThat(overdue()).isZero();
    assertThat(partition.deadLetters())
        .singleElement()
        .satisfies(
            letter ->
                assertThat(letter.getReason().getMessage())
                    .isEqualTo("the state holds what is no ExpectState"));
  }

  private double overdue() {
    return partition.meters.get("tierflow.missing").tag("reason", "OVERDUE").gauge().value();
  }

  @Test
  void aHeldRunThatCannotBeReadIsReleasedOnce() {
    partition.pauses.learn(new Pause(Pausable.CLASS, "small", NOW));
    partition.submit("r", 1, FLOW);
    damage("r", EntryKey.RUN);
    partition.pauses.learn(new Pause(Pausable.CLASS, "small", null));
    assertThat(decidedWithin(Duration.ofMinutes(1))).isEqualTo(1);
    assertThat(partition.deadLetters()).hasSize(1);
  }

  // Ticks every 10 s, more often than a command counts as lost, and gives what is posted back.
  private int decidedWithin(Duration time) {
    int decided = 0;
    for (Instant end = now.plus(time); now.isBefore(end); now = now.plusSeconds(10)) {
      partition.tick(now);
      decided += partition.takePosted();
    }
    return decided;
  }

  private void end(String run) {
    partition.submit(run, 1, FLOW);
    StageTask task = partition.tasks().get(partition.tasks().size() - 1);
    partition.succeed(task, "1");
  }

  private byte[] damage(String run, EntryKey entry) {
    byte[] whole = partition.store(Stores.ENTRIES).get(StoreKeys.entry(run, entry));
    partition.store(Stores.ENTRIES).put(StoreKeys.entry(run, entry), GARBAGE);
    partition.restart(); // nothing is cached
    return whole;
  }

  private static String text(Bytes key) {
    return new String(key.get(), StandardCharsets.ISO_8859_1);
  }
}
