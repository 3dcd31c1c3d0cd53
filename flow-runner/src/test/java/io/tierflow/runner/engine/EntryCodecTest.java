package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Launcher;
import io.tierflow.machine.Attempt;
import io.tierflow.machine.Content;
import io.tierflow.machine.StageRecord;
import io.tierflow.machine.StageState;
import io.tierflow.machine.TaskKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EntryCodecTest {

  private static final Instant NOW = Instant.parse("2026-11-24T15:00:00.123Z");

  @Test
  void readsEveryKindOfContentAsItWasWritten() {
    byte[] bytes = {0, 1, -1};
    for (Content content :
        List.of(
            Content.json("{\"x\":1.10}"),
            Content.json(""),
            new Content("application/octet-stream", bytes, null, 3),
            new Content(Content.JSON, null, "kafka:0:7:600000:ab", 600_000))) {
      assertThat(EntryCodec.decode(EntryCodec.encode(content), Content.class)).isEqualTo(content);
    }
  }

  @Test
  void keepsInlineJsonAsItsBytesAlone() {
    Content content = Content.json("{\"x\":1}");
    assertThat(EntryCodec.encode(content)).hasSize(content.bytes().length + 1);
  }

  @Test
  void readsAStageWithAndWithoutAttemptsAsItWasWritten() {
    Failure failure =
        new Failure(
            FailureKind.HANDLER_ERROR, "no", "", true, Optional.of(Duration.ofMillis(1500)));
    Attempt attempt =
        new Attempt(
            2,
            StageState.FAILED,
            "small",
            Launcher.SSH,
            "SUBMIT",
            NOW,
            "w1",
            NOW,
            NOW.plusMillis(1),
            7L,
            failure,
            new Attempt.Lease(Duration.ofSeconds(10), NOW),
            null,
            Duration.ofMinutes(2),
            NOW.plusSeconds(2));
    for (List<Attempt> attempts : List.of(List.<Attempt>of(), List.of(attempt))) {
      StageRecord record =
          new StageRecord(
              StageState.WAITING,
              attempts,
              Content.json("1"),
              null,
              null,
              new StageRecord.Retry(3, "large", NOW),
              failure,
              new StageRecord.Progress(0.5, "half"),
              "SUBMIT",
              TaskKey.WHOLE,
              Content.json("{\"0\":1}"));
      assertThat(EntryCodec.decode(EntryCodec.encode(record), StageRecord.class)).isEqualTo(record);
    }
  }

  @Test
  void keepsLittleOfAnElementThatIsNotBegun() {
    StageRecord element = StageRecord.waiting(Content.json("10000"));
    byte[] written = EntryCodec.encode(element);
    assertThat(written).hasSizeLessThanOrEqualTo("state".length() + "input".length() + 5 + 6);
    assertThat(EntryCodec.decode(written, StageRecord.class)).isEqualTo(element);
  }

  /** What an older runner has of it: its state by its number. */
  @Test
  void anOlderRunnerReadsAnElementThatIsNotBegun() {
    record Older(StageState state, Content input, int next) {}
    byte[] written = EntryCodec.encode(StageRecord.waiting(Content.json("1")));
    assertThat(EntryCodec.decode(written, Older.class))
        .isEqualTo(new Older(StageState.WAITING, Content.json("1"), 0));
  }

  @Test
  void passesOverWhatANewerRunnerWrote() {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Newer(String contentType, byte[] bytes, long size, List<String> more) {}
    byte[] bytes = "1".getBytes(StandardCharsets.UTF_8);
    byte[] written = EntryCodec.encode(new Newer("text/plain", bytes, 1, List.of("new")));
    assertThat(EntryCodec.decode(written, Content.class))
        .isEqualTo(new Content("text/plain", bytes, null, 1));
  }
}
