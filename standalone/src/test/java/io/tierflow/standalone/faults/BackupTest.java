package io.tierflow.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.client.RunQuery;
import io.tierflow.client.RunSummary;
import io.tierflow.client.RunView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** As the guide has it: what the brokers' folders hold is the whole system. */
class BackupTest {

  private static final Map<String, Integer> POOLS = Map.of("small", 7);

  @Test
  void aCopyOfTheBrokersFolderGoesOnWithoutTheRunnersFolders() throws Exception {
    Path restored = Path.of("target", "faults", "BackupTest-restored");
    TestSystem.delete(restored);
    RunView ended;
    List<String> open;
    List<String> all;
    try (TestSystem system = TestSystem.start(BackupTest.class, POOLS)) {
      ThreePipelines.applyTo(system.client());
      ended = system.awaitEnd(ThreePipelines.submit(system.client(), 1).get(0));
      open = ThreePipelines.submitAndGetHalfWay(system, 3);
      all = runs(system);
      system.cluster().close(); // in the guide's order: workers, runners, brokers
      copy(system.cluster().brokerDir(), restored.resolve("kafka"));
    }

    try (TestSystem system = TestSystem.startOn(restored, POOLS)) {
      for (int n = 0; n < open.size(); n++) {
        ThreePipelines.assertComplete(system.awaitEnd(open.get(n)), n);
      }
      assertThat(system.client().run(ended.id())).contains(ended);
      assertThat(all).contains(ended.id()).containsAll(open);
      assertThat(runs(system)).containsExactlyElementsOf(all);
    }
  }

  private static List<String> runs(TestSystem system) {
    return system.client().runs(RunQuery.all()).items().stream().map(RunSummary::id).toList();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) { // a folder comes before what is in it
        Path copy = to.resolve(from.relativize(each));
        Files.createDirectories(copy.getParent());
        Files.copy(each, copy);
      }
    }
  }
}
