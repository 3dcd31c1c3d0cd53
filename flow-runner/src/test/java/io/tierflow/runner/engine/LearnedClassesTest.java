package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.client.LearnedClassView;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.machine.Event;
import io.tierflow.machine.Plan;
import io.tierflow.machine.TaskKey;
import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.topics.TopicNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class LearnedClassesTest {

  private static final Plan PLAN =
      Plan.of(
          FlowReader.read(
              "f.yaml",
              """
              flow: f
              class: small
              on-out-of-memory: [small, large, xlarge]
              pipelines: {p: {stages: [{stage: a, handler: h}, {stage: b, handler: h}]}}
              """,
              Catalog.UNCHECKED),
          1);

  private boolean reachable = true;
  private final List<String> forgotten = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-24T10:00:00Z");
  private final LearnedClasses learned =
      new LearnedClasses(new SingleObjectCodec(), TopicNames.ofDefaults(), this::forget, () -> now);

  @Test
  void theNextRunBeginsWhereTheLastOneWent() throws Exception {
    climbs("a", "small", "large");

    assertThat(learned.classes("f")).isEqualTo(Map.of("p/a", "large"));
    assertThat(learned.classes("f2")).isEmpty();
    assertThat(learned.of("f"))
        .containsExactly(
            new LearnedClassView("p", "a", "large", "small", now, now.plus(LearnedClasses.KEPT)));
  }

  @Test
  void aRunThatClimbedLessDoesNotUndoWhatIsKnown() throws Exception {
    climbs("a", "small", "large");
    climbs("a", "large", "xlarge");

    assertThat(learned.after(PLAN, step("a", "small", "large"), now)).isEmpty();
    assertThat(learned.classes("f")).isEqualTo(Map.of("p/a", "xlarge"));
  }

  @Test
  void aWeekLaterARunTriesTheFlowsOwnClassAgain() throws Exception {
    climbs("a", "small", "xlarge");

    now = now.plus(Duration.ofDays(7));

    assertThat(learned.classes("f")).isEmpty();
    assertThat(learned.after(PLAN, step("a", "small", "large"), now)).isPresent();
  }

  @Test
  void whatHasExpiredIsForgottenEverywhereAndNothingElse() throws Exception {
    climbs("a", "small", "large");
    now = now.plus(Duration.ofDays(6));
    climbs("b", "small", "large");
    learned.upToDate();
    assertThat(forgotten).isEmpty();

    now = now.plus(Duration.ofDays(1));
    reachable = false;
    learned.upToDate(); // and goes on, though no broker takes it
    assertThat(learned.classes("f")).isEqualTo(Map.of("p/b", "large"));

    reachable = true;
    learned.upToDate();
    learned.upToDate();
    assertThat(forgotten).containsExactly("tierflow.learned f/p/a");
    assertThat(learned.classes("f")).isEqualTo(Map.of("p/b", "large"));
  }

  @Test
  void forgetsOneStageOrAllOfAFlow() throws Exception {
    climbs("a", "small", "large");
    climbs("b", "small", "large");

    assertThat(learned.forget("f", Optional.of("p/c"))).isEmpty();
    assertThat(learned.forget("f", Optional.of("p/b"))).hasSize(1);
    assertThat(learned.classes("f")).isEqualTo(Map.of("p/a", "large"));
    assertThat(learned.forget("f", Optional.empty())).hasSize(1);

    assertThat(learned.classes("f")).isEmpty();
    assertThat(forgotten).containsExactly("tierflow.learned f/p/b", "tierflow.learned f/p/a");
  }

  @Test
  void forgetsWhatAnotherRunnerForgot() throws Exception {
    climbs("a", "small", "large");

    learned.read("f/p/a", record(null), true);

    assertThat(learned.classes("f")).isEmpty();
  }

  private void forget(String topic, byte[] key) {
    if (!reachable) {
      throw new UnavailableException("no broker", null);
    }
    forgotten.add(topic + ' ' + new String(key, StandardCharsets.UTF_8));
  }

  private void climbs(String stage, String from, String to) throws UndecodableException {
    Outgoing outgoing = learned.after(PLAN, step(stage, from, to), now).orElseThrow();
    learned.read(
        new String(outgoing.key(), StandardCharsets.UTF_8), record(outgoing.value()), true);
  }

  private static Event.TaskEscalated step(String stage, String from, String to) {
    return new Event.TaskEscalated(TaskKey.of("p", stage), 1, from, to, true);
  }

  private static ConsumerRecord<byte[], byte[]> record(byte[] value) {
    return new ConsumerRecord<>("tierflow.learned", 0, 0, new byte[0], value);
  }
}
