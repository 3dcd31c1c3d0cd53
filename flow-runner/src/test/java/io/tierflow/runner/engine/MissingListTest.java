package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierflow.client.MissingCompletion;
import io.tierflow.client.Page;
import io.tierflow.machine.MissingRecord;
import io.tierflow.machine.TaskKey;
import io.tierflow.runner.MissingFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MissingListTest {

  private final List<Flagged> runs =
      List.of(
          run("r1", flag(MissingRecord.Reason.RUN_OVERDUE, null, 5)),
          run(
              "r2",
              flag(MissingRecord.Reason.NO_WORKERS, TaskKey.of("p", "a").element(0), 7),
              flag(MissingRecord.Reason.NO_WORKERS, TaskKey.of("p", "a").element(1), 7),
              flag(MissingRecord.Reason.NOT_PICKED_UP, TaskKey.of("p", "a").element(1), 7)));

  @Test
  void givesEachOnceNewestFirstPartByPart() {
    List<String> seen = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    do {
      Page<MissingCompletion> page = page(cursor, Optional.empty());
      page.items().forEach(it -> seen.add(it.runId() + " " + it.reason() + " " + it.place()));
      cursor = Optional.ofNullable(page.nextCursor());
    } while (cursor.isPresent());

    assertThat(seen)
        .containsExactly(
            "r2 NO_WORKERS p/a/0",
            "r2 NOT_PICKED_UP p/a/1",
            "r2 NO_WORKERS p/a/1",
            "r1 RUN_OVERDUE ");
  }

  @Test
  void saysOfARunAsAWholeThatThereIsNoTask() {
    MissingCompletion overdue = page(Optional.empty(), Optional.of("RUN_OVERDUE")).items().get(0);

    assertThat(overdue.stage()).isNull();
    assertThat(overdue.attempt()).isNull();
    assertThat(overdue.action()).isEqualTo("goes on");
  }

  @Test
  void refusesACursorThatItDidNotGive() {
    for (String cursor : List.of("x", "7.r1", "AAAA")) {
      assertThatThrownBy(() -> page(Optional.of(cursor), Optional.empty()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(cursor);
    }
  }

  private Page<MissingCompletion> page(Optional<String> cursor, Optional<String> reason) {
    Stream<MissingCompletion> known = runs.stream().flatMap(MissingList::of);
    return MissingList.page(
        known,
        new MissingFilter(Optional.empty(), reason, Optional.empty(), cursor, 1, Optional.empty()));
  }

  private static Flagged run(String id, MissingRecord.Flag... flags) {
    return new Flagged(id, "flow", List.of(flags));
  }

  private static MissingRecord.Flag flag(MissingRecord.Reason reason, TaskKey task, int second) {
    return new MissingRecord.Flag(
        reason,
        task,
        task == null ? 0 : 1,
        task == null ? null : "small",
        null,
        Instant.ofEpochSecond(second),
        null,
        "cause",
        null,
        null);
  }
}
