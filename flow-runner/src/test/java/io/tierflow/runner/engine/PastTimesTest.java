package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.flow.file.FlowWriter;
import io.tierflow.machine.Budget;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.RunRecord;
import io.tierflow.schemas.PastTimes;
import io.tierflow.schemas.StageTask;
import io.tierflow.wire.UndecodableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What one partition tells of past times, and what follows from it for the runs after. */
class PastTimesTest {

  private static final String DEFINITION =
      FlowWriter.toJson(
              FlowReader.read(
                  "flow.yaml",
                  """
                  flow: f
                  deadline: auto
                  class: small
                  timeout: {run: auto}
                  pipelines:
                    p:
                      stages:
                        - {stage: a, handler: echo}
                  """,
                  Catalog.UNCHECKED))
          .toString();

  private final FakePartition partition = new FakePartition();

  @Test
  void aRunIsHeldToWhatThoseBeforeItTook() throws UndecodableException {
    for (int i = 0; i < Budget.MINIMUM_RUNS; i++) {
      run("r" + i);
    }
    partition.tick(TimesDesk.TICK);
    partition.followTimes();
    partition.submit("next", 1, DEFINITION);

    assertThat(budgets("r0")).extracting(Budget::runs).containsOnly(0);
    assertThat(budgets("next"))
        .containsExactly(
            new Budget(
                Budget.Kind.DEADLINE, null, null, Budget.LEAST, Duration.ZERO, Budget.MINIMUM_RUNS),
            new Budget(
                Budget.Kind.RUN,
                "p",
                "a",
                Budget.LEAST,
                Duration.ofMillis(5),
                Budget.MINIMUM_RUNS));
  }

  @Test
  void aStageThatBeginsOnALearnedClassIsHeldToThePastOfThatClass() throws UndecodableException {
    String climbs = DEFINITION.replace("\"echo\"", "\"echo\",\"on-out-of-memory\":\"large\"");
    assertThat(climbs).contains("on-out-of-memory");
    for (int i = 0; i < Budget.MINIMUM_RUNS; i++) {
      partition.submit("r" + i, 1, climbs, Map.of("p/a", "large"));
      partition.succeed(
          partition.sent(partition.topics.tasks("large"), StageTask.class).get(i), "1");
    }
    partition.tick(TimesDesk.TICK);
    partition.followTimes();
    partition.submit("small", 1, climbs);
    partition.submit("large", 1, climbs, Map.of("p/a", "large"));

    assertThat(budgets("small"))
        .filteredOn(it -> it.kind() == Budget.Kind.RUN)
        .extracting(Budget::runs)
        .containsExactly(0);
    assertThat(budgets("large"))
        .filteredOn(it -> it.kind() == Budget.Kind.RUN)
        .extracting(Budget::runs)
        .containsExactly(Budget.MINIMUM_RUNS);
  }

  @Test
  void aRepeatedReplyIsNotCountedAgainAndNothingIsToldTwice() throws UndecodableException {
    run("r");
    partition.succeed(partition.tasks().get(0), "1");
    partition.tick(TimesDesk.TICK);
    partition.tick(TimesDesk.TICK);

    assertThat(partition.sent(partition.topics.times(), PastTimes.class))
        .hasSize(3) // of the run, and of its task: in the queue, and at work
        .allSatisfy(told -> assertThat(told.getMillis()).hasSize(1));
  }

  @Test
  void onlyTheNewestTimesAreKept() throws UndecodableException {
    for (int i = 0; i < TimesDesk.KEPT + 3; i++) {
      run("r" + i);
    }
    partition.tick(TimesDesk.TICK);

    assertThat(partition.sent(partition.topics.times(), PastTimes.class))
        .allSatisfy(told -> assertThat(told.getMillis()).hasSize(TimesDesk.KEPT));
  }

  private void run(String id) {
    partition.submit(id, 1, DEFINITION);
    List<StageTask> tasks = partition.tasks();
    partition.succeed(tasks.get(tasks.size() - 1), "1");
  }

  private List<Budget> budgets(String runId) {
    byte[] run = partition.store(Stores.ENTRIES).get(StoreKeys.entry(runId, EntryKey.RUN));
    return EntryCodec.decode(run, RunRecord.class).budgets();
  }
}
