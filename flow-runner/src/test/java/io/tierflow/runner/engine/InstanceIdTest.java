package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceIdTest {

  @TempDir private Path data;

  @Test
  void staysTheFoldersOwn() {
    assertThat(InstanceId.of(data)).isNotBlank().isEqualTo(InstanceId.of(data));
    assertThat(InstanceId.of(data.resolve("other"))).isNotEqualTo(InstanceId.of(data));
  }

  @Test
  void saysThatItsFolderCannotBeWritten() throws Exception {
    Path file = Files.writeString(data.resolve("a-file"), "");

    assertThatThrownBy(() -> InstanceId.of(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "data folder " + file + ": expected a folder that can be written, ");
  }

  @Test
  void isMadeAnewWhereAnEmptyFileWasLeft() throws Exception {
    Files.writeString(data.resolve("instance-id"), "");
    assertThat(InstanceId.of(data)).isNotBlank().isEqualTo(InstanceId.of(data));
  }
}
