package io.tierflow.standalone.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchivesTest {

  @TempDir Path folder;

  @Test
  void usesTheArchiveOfARoleOnlyIfItIsThere() throws Exception {
    Files.createFile(folder.resolve("broker.jsa"));
    ClassArchives archives = new ClassArchives(folder, false);

    assertThat(archives.jvmArgs("broker"))
        .contains("-XX:SharedArchiveFile=" + folder.resolve("broker.jsa"));
    assertThat(archives.jvmArgs("runner")).isEmpty();
  }

  @Test
  void recordsOneChildPerRole() {
    ClassArchives archives = new ClassArchives(folder, true);

    assertThat(archives.jvmArgs("worker"))
        .containsExactly("-XX:ArchiveClassesAtExit=" + folder.resolve("worker.jsa"));
    assertThat(archives.jvmArgs("worker")).isEmpty();
  }

  @Test
  void doesNothingWithoutAFolder() {
    assertThat(new ClassArchives(null, false).jvmArgs("runner")).isEmpty();
  }
}
