package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.flow.file.FlowWriter;
import io.tierflow.machine.Deadline;
import io.tierflow.schemas.Command;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What waits costs nothing: counted in what is done to the stores, not in time. */
class WaitingDeadlinesTest {

  private static final String DEFINITION =
      FlowWriter.toJson(
              FlowReader.read(
                  "flow.yaml",
                  """
                  flow: f
                  deadline: 10m
                  class: small
                  pipelines:
                    p:
                      stages:
                        - {stage: a, handler: echo, timeout: {queue: 1m, total: 5m}}
                        - {stage: b, handler: echo}
                  """,
                  Catalog.UNCHECKED))
          .toString();

  private static final List<String> ALL =
      List.of(Stores.ENTRIES, Stores.DEADLINES, Stores.LIST, Stores.FLOWS, Stores.MISSING);

  @Test
  void anEventTouchesNoMoreWith100000WaitingDeadlinesThanWith100() {
    List<Long> few = operations(100);
    List<Long> many = operations(100_000);

    assertThat(few).allSatisfy(count -> assertThat(count).isPositive());
    assertThat(many).isEqualTo(few);
  }

  // Of a submission, a reply, a look at the clock with nothing due, and one with one thing due.
  private static List<Long> operations(int waiting) {
    FakePartition partition = new FakePartition();
    for (int i = 0; i < waiting; i++) {
      keep(partition, "w" + i, FakePartition.NOW.plusSeconds(1 + i));
    }
    return List.of(
        count(partition, () -> partition.submit("r", 1, DEFINITION)),
        count(partition, () -> partition.succeed(partition.tasks().get(0), "1")),
        count(partition, () -> partition.tick(Timers.TICK)),
        count(
            partition,
            () -> {
              keep(partition, "due", FakePartition.NOW.minus(Duration.ofMillis(1)));
              partition.tick(Timers.TICK);
              assertThat(partition.sent(partition.topics.commands(), Command.class)).hasSize(1);
            }));
  }

  private static void keep(FakePartition partition, String runId, Instant at) {
    Deadline deadline = new Deadline(Deadline.Kind.RUN, null, 0, at);
    partition
        .store(Stores.DEADLINES)
        .put(
            StoreKeys.deadline(runId, deadline),
            EntryCodec.encode(new RunDesk.Due(runId, deadline)));
  }

  private static long count(FakePartition partition, Runnable what) {
    long before = operations(partition);
    what.run();
    return operations(partition) - before;
  }

  private static long operations(FakePartition partition) {
    return ALL.stream().mapToLong(name -> partition.store(name).operations()).sum();
  }
}
