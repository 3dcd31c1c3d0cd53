package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.machine.Event;
import io.tierflow.machine.FanOut;
import io.tierflow.machine.Plan;
import io.tierflow.machine.TaskKey;
import io.tierflow.schemas.RunEvent;
import io.tierflow.schemas.RunEvents;
import io.tierflow.wire.SingleObjectCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PublicEventsTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final TaskKey A = TaskKey.of("p", "a");
  private static final Plan PLAN =
      Plan.of(
          FlowReader.read(
              "f.yaml",
              """
              flow: f
              class: small
              pipelines:
                p:
                  stages:
                    - {stage: a, handler: echo}
              """,
              Catalog.UNCHECKED),
          1);

  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  private final PublicEvents events = new PublicEvents(new Outbound(FakePartition.NO_PAYLOADS));

  @Test
  void givesAnIdToEachThingThatHappened() {
    List<Event> different =
        List.of(
            new Event.TaskStarted(A, 1, "w1", NOW, Optional.empty()),
            new Event.TaskStarted(A, 1, "w1", NOW, Optional.of(TEN_SECONDS)),
            new Event.TaskStarted(A, 1, "w2", NOW, Optional.empty()),
            new Event.TaskStarted(A, 1, "w1", NOW.plusMillis(1), Optional.empty()),
            new Event.FanOutRecounted(A, new FanOut(9, 3, 1, 0)),
            new Event.FanOutRecounted(A, new FanOut(9, 3, 2, 0)),
            new Event.FanOutRecounted(A, new FanOut(9, 4, 2, 0)),
            new Event.FanOutRecounted(A, new FanOut(9, 4, 2, 1)));
    assertThat(ids(different, NOW)).doesNotHaveDuplicates();
    assertThat(ids(different, NOW.plusSeconds(60))).as("repeated").isEqualTo(ids(different, NOW));
  }

  @Test
  void keepsRecordsSmallHoweverMuchItsFailuresSay() {
    Failure failure = Failure.of(FailureKind.HANDLER_ERROR, "m".repeat(2_000), "d".repeat(16_000));
    List<Event> many = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      many.add(new Event.StageFailed(A.element(i), failure));
    }
    List<RunEvents> records = events.of("r", PLAN, many, NOW);
    assertThat(records)
        .allSatisfy(
            record ->
                assertThat(new SingleObjectCodec().encode("events", record).length)
                    .isLessThan(RecordLimits.MAX_RECORD_BYTES));
    assertThat(records.stream().mapToInt(record -> record.getEvents().size()).sum()).isEqualTo(200);
  }

  private List<String> ids(List<Event> some, Instant now) {
    return events.of("r", PLAN, some, now).stream()
        .flatMap(record -> record.getEvents().stream())
        .map(RunEvent::getEventId)
        .toList();
  }
}
