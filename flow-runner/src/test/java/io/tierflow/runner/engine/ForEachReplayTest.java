package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.machine.Content;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.Replay;
import io.tierflow.machine.Replays;
import io.tierflow.machine.StageRecord;
import io.tierflow.machine.TaskKey;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.Payload;
import io.tierflow.schemas.StageTask;
import io.tierflow.schemas.SubmitRun;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.payload.PayloadException;
import io.tierflow.wire.payload.PayloadStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A replay of a for-each brings along what its elements had given. */
class ForEachReplayTest {

  private static final TaskKey EACH = TaskKey.of("p", "e");
  private static final String FLOW =
      """
      {"flow": "f", "class": "small",
       "pipelines": {"p": {"stages": [
         {"stage": "e", "handler": "echo", "for-each": true},
         {"stage": "b", "handler": "echo"}]}}}
      """;

  private final InMemoryPayloads payloads = new InMemoryPayloads();
  private final FakePartition partition = new FakePartition(new SingleObjectCodec(), payloads);

  @Test
  void whatElementsHadGivenIsNotWrittenAgainWithEachOfTheirEnds() {
    String large = "\"" + "x".repeat(10_000) + "\"";
    replay("{\"0\":" + large + ",\"2\":3}");

    assertThat(partition.tasks("r")).isEqualTo("p/e/1#1");
    assertThat(stored(EACH).elements().bytes()).isNull();
    assertThat(EntryCodec.encode(stored(EACH))).hasSizeLessThan(1_000);
    assertThat(stored(EACH.element(0)).output().toString()).isEqualTo(large);

    partition.restart(); // counts are made anew
    partition.succeed(partition.tasks().get(0), "2");
    StageTask next = partition.tasks().get(1);
    assertThat(next.getStage()).isEqualTo("b");
    assertThat(text(next.getInput())).isEqualTo("[" + large + ",2,3]");
  }

  @Test
  void itGoesOnAfterARestartThoughWhatItBroughtAlongIsPastItsRetention() {
    replay("{\"0\":\"" + "x".repeat(10_000) + "\"}");
    payloads.forget();

    partition.restart(); // counts are made anew
    partition.succeed(partition.tasks().get(0), "2");
    partition.succeed(partition.tasks().get(1), "3");

    assertThat(partition.deadLetters()).isEmpty();
    assertThat(partition.tasks("r")).isEqualTo("p/e/1#1 p/e/2#1 p/b#1");
  }

  @Test
  void anElementWhoseOutputIsLostIsRunAgain() {
    String large = "\"" + "x".repeat(600_000) + "\"";
    partition.submit("r0", 1, FLOW, "[1,2,3]");
    partition.succeed(partition.tasks().get(0), large);
    partition.succeed(partition.tasks().get(1), "2");
    partition.fail(partition.tasks().get(2));

    payloads.loseAll();
    submit("r1", replayOf("r0", Optional.empty()));

    assertThat(partition.tasks("r1")).isEqualTo("p/e/0#1 p/e/2#1");
  }

  @Test
  void aForEachWhoseInputIsNoListIsSetAsideAndReplayedWithAnother() {
    partition.submit("r0", 1, FLOW, "{\"no\":\"list\"}");

    assertThat(partition.tasks()).isEmpty();
    DeadLetter letter = partition.deadLetters().get(0);
    assertThat(partition.deadLetters()).hasSize(1);
    assertThat(letter.getReason().getKind()).isEqualTo(FailureKind.INVALID_INPUT);
    assertThat(letter.getHistory()).isEmpty();
    assertThat(letter.getTask().getStage()).isEqualTo("e");
    assertThat(letter.getTask().getIndex()).isNull();
    assertThat(letter.getTask().getAttempt()).isZero();
    assertThat(letter.getTask().getResourceClass()).isEqualTo("small");
    assertThat(partition.meters.get("tierflow.dead.letters").counter().count()).isEqualTo(1);
    assertThat(text(letter.getTask().getInput())).isEqualTo("{\"no\":\"list\"}");

    submit("r1", replayOf("r0", Optional.of(Content.json("[7]"))));
    assertThat(partition.tasks("r1")).isEqualTo("p/e/0#1");
  }

  @Test
  void aForEachThatFailedByAnElementHasThatElementsLetterOnly() {
    partition.submit("r0", 1, FLOW, "[1]");
    partition.fail(partition.tasks().get(0));

    assertThat(partition.deadLetters())
        .singleElement()
        .satisfies(letter -> assertThat(letter.getTask().getIndex()).isZero());
  }

  private Replay replayOf(String runId, Optional<Content> input) {
    FakeStore entries = partition.store(Stores.ENTRIES);
    return Replays.of(
            runId,
            FlowDesk.parse("f", 1, FLOW),
            new StoreEntries(
                runId,
                EntryReader.of(entries),
                entries,
                StoreEntries.Known.forReading(new Outbound(payloads)::bytes)),
            new Replays.Request(List.of("p/e"), input, Optional.empty()))
        .replay()
        .orElseThrow();
  }

  private void submit(String runId, Replay replay) {
    partition.command(
        runId,
        new SubmitRun(
            "f",
            1,
            FLOW,
            Replies.json("[1,2,3]"),
            Map.of(),
            new Outbound(payloads).replay(replay),
            Map.of(),
            null));
  }

  private void replay(String elements) {
    Replay replay =
        new Replay(
            "r0", Map.of(), Map.of(), Map.of(), Set.of(), Map.of(EACH, Content.json(elements)));
    submit("r", replay);
  }

  private StageRecord stored(TaskKey task) {
    return EntryCodec.decode(
        partition.store(Stores.ENTRIES).get(StoreKeys.entry("r", EntryKey.of(task))),
        StageRecord.class);
  }

  private static String text(Payload payload) {
    return StandardCharsets.UTF_8.decode(payload.getBytes().duplicate()).toString();
  }

  private static final class InMemoryPayloads implements PayloadStore {
    private final List<byte[]> stored = new ArrayList<>();

    @Override
    public String put(byte[] content) {
      stored.add(content);
      return String.valueOf(stored.size() - 1);
    }

    void forget() {
      stored.clear();
    }

    @Override
    public byte[] get(String reference) {
      byte[] found = stored.get(Integer.parseInt(reference));
      if (found == null) {
        throw new PayloadException.Lost(reference + ": found nothing", null);
      }
      return found.clone();
    }

    void loseAll() {
      stored.replaceAll(content -> null);
    }
  }
}
