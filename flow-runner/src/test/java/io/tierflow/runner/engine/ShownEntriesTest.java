package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.client.RunView;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.machine.Plan;
import io.tierflow.machine.RunEntries;
import io.tierflow.machine.RunViews;
import io.tierflow.schemas.StageTask;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.payload.PayloadStore;
import org.junit.jupiter.api.Test;

class ShownEntriesTest {

  private static final String FLOW =
      """
      flow: f
      class: small
      pipelines:
        p:
          stages:
            - {stage: a, handler: echo}
            - parallel:
                - {stage: b, handler: echo}
                - {stage: c, handler: echo}
      """;

  /** Takes whatever is stored, and gives nothing back: showing a run must not ask for it. */
  private static final PayloadStore NEVER_READ =
      new PayloadStore() {
        @Override
        public String put(byte[] content) {
          return "aside:1";
        }

        @Override
        public byte[] get(String reference) {
          throw new AssertionError("fetched " + reference);
        }
      };

  @Test
  void showWhatLiesInThePayloadStoreWithoutFetchingIt() {
    String large = '"' + "x".repeat(600_000) + '"';
    FakePartition partition = new FakePartition(new SingleObjectCodec(), NEVER_READ);
    partition.submit("r", 1, FLOW, large);
    partition.succeed(partition.tasks().get(0), "1");
    StageTask b = partition.tasks().get(1);
    StageTask c = partition.tasks().get(2);
    partition.succeed(b, large);
    partition.succeed(c, "3");

    RunView run = view(partition);
    assertThat(run.state()).isEqualTo("SUCCEEDED");
    String line = "(application/json, 600002 bytes, aside:1)";
    assertThat(run.input().asText()).isEqualTo(line);
    JsonNode output = run.output().get("p");
    assertThat(output.get("b").asText()).isEqualTo(line);
    assertThat(output.get("c").asInt()).isEqualTo(3);
  }

  private static RunView view(FakePartition partition) {
    FakeStore store = partition.store(Stores.ENTRIES);
    RunEntries entries =
        new StoreEntries(
            "r",
            EntryReader.of(store),
            store,
            StoreEntries.Known.forReading(content -> NEVER_READ.get(content.reference())));
    Plan plan = Plan.of(FlowReader.read("f.yaml", FLOW, Catalog.UNCHECKED), 1);
    return RunViews.of("r", plan, new ShownEntries(entries)).orElseThrow();
  }
}
