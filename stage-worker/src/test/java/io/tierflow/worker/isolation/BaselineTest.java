package io.tierflow.worker.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On plain files with what a kernel writes into them. */
class BaselineTest {

  @TempDir Path folder;

  private Optional<ControlGroup> group(GroupFiles files) {
    return Optional.of(new ControlGroup(List.of(folder), files));
  }

  private void counts(long kills, long hits, long peak) throws IOException {
    Files.writeString(
        folder.resolve("memory.oom_control"), "under_oom 0\noom_kill " + kills + "\n");
    Files.writeString(folder.resolve("memory.limit_in_bytes"), (64L << 20) + "\n");
    Files.writeString(folder.resolve("memory.max_usage_in_bytes"), peak + "\n");
    Files.writeString(
        folder.resolve("memory.events"),
        "low 0\nhigh 0\nmax " + hits + "\noom 0\noom_kill " + kills + "\n");
  }

  @Test
  void tellsWhetherTheSlotsMemoryWasUsedUpOrThatAboveIt() throws IOException {
    for (GroupFiles version : GroupFiles.values()) {
      counts(1, 5, 64L << 20);
      Baseline before = Baseline.of(group(version));
      assertThat(before.memoryKills(group(version)).any()).as("%s", version).isFalse();

      counts(2, 5, 50L << 20);
      assertThat(before.memoryKills(group(version)))
          .as("%s", version)
          .isEqualTo(new MemoryKills(1, false));
      counts(2, 6, 64L << 20);
      assertThat(before.memoryKills(group(version)))
          .as("%s", version)
          .isEqualTo(new MemoryKills(1, true));
    }
  }

  @Test
  void saysWhetherItTellsOfTheTask() {
    assertThat(new MemoryKills(1, true).failure("killed", "").outsideSlot()).isFalse();
    Failure around = new MemoryKills(1, false).failure("killed", "last words");
    assertThat(around.outsideSlot()).isTrue();
    assertThat(around.kind()).isEqualTo(FailureKind.OUT_OF_MEMORY);
    assertThat(around.detail()).isEqualTo("last words");
  }

  @Test
  void saysWhoseMemoryItWas() {
    assertThat(new MemoryKills(1, true).why(300L << 20))
        .isEqualTo("the slot's memory of 300 MiB was used up");
    assertThat(new MemoryKills(1, false).why(300L << 20))
        .startsWith(
            "the slot's memory of 300 MiB was not used up, but that of the worker's machine");
  }
}
