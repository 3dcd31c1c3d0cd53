package io.tierflow.worker.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On plain files that look like a tree of version 2. */
class UnifiedTest {

  @TempDir Path mount;
  private Path group;

  @BeforeEach
  void aDelegatedGroup() throws IOException {
    group = Files.createDirectories(mount.resolve("pool.service"));
    Files.writeString(group.resolve("cgroup.controllers"), "cpu memory pids\n");
    Files.writeString(group.resolve("cgroup.subtree_control"), "\n");
  }

  private Unified.Found find(String own) {
    return Unified.find(
        List.of("31 23 0:26 / " + mount + " rw,nosuid - cgroup2 cgroup2 rw"), List.of("0::" + own));
  }

  @Test
  void movesTheWorkerIntoAGroupOfItsOwnAndHandsTheControllersOn() throws IOException {
    Unified.Found found = find("/pool.service");
    assertThat(found.folder()).contains(group);
    assertThat(found.missing()).isEmpty();
    assertThat(group.resolve("worker/cgroup.procs"))
        .hasContent(Long.toString(ProcessHandle.current().pid()));
    assertThat(group.resolve("cgroup.subtree_control")).content().contains("+pids");
  }

  @Test
  void usesTheGroupAboveWhenStartedBesideAWorkerThatHasMoved() throws IOException {
    Files.writeString(group.resolve("cgroup.subtree_control"), "cpu memory pids\n");
    Path worker = Files.createDirectory(group.resolve("worker"));
    Files.writeString(worker.resolve("cgroup.controllers"), "cpu memory pids\n");
    Files.writeString(worker.resolve("cgroup.subtree_control"), "\n");

    assertThat(find("/pool.service/worker").folder()).contains(group);
    assertThat(worker.resolve("worker")).doesNotExist();
  }

  @Test
  void goesWithoutTheControllersThatAreNotOfferedAndNamesThem() throws IOException {
    Files.writeString(group.resolve("cgroup.controllers"), "memory io\n");
    assertThat(find("/pool.service").folder()).contains(group);
    assertThat(find("/pool.service").missing()).containsExactly("cpu", "pids");
  }

  @Test
  void handsOnWhatAnotherWorkerLeftOut() throws IOException {
    Files.writeString(group.resolve("cgroup.subtree_control"), "memory cpu\n");
    assertThat(find("/pool.service").missing()).isEmpty();
    assertThat(group.resolve("cgroup.subtree_control")).hasContent("+pids");
    assertThat(group.resolve("worker")).doesNotExist();
  }

  @Test
  void saysWhyThereIsNone() throws IOException {
    Path busy = Files.createDirectories(group.resolve("worker/cgroup.procs"));
    assertThat(find("/pool.service").why())
        .startsWith(group + " does not hand its memory controller on (")
        .endsWith("): expected no process in it but this worker");
    Files.delete(busy);

    Files.writeString(group.resolve("cgroup.controllers"), "cpu pids\n");
    assertThat(find("/pool.service").why())
        .isEqualTo(group + " offers no memory controller, only [cpu, pids]");
    assertThat(Unified.find(List.of(), List.of("0::/")).why()).isEmpty();
  }
}
