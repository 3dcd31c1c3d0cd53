package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDiskTest {

  private static final Path FOLDER = Path.of("/data");

  @Test
  void tellsWhichFolderHasNoSpaceLeft() {
    assertThat(new StateDisk(FOLDER, folder -> 100 << 10).trouble())
        .contains(
            "no space is left on the disk of the data folder /data: found 100 KiB, expected at"
                + " least 4096");
    assertThat(new StateDisk(FOLDER, folder -> 4 << 20).trouble()).isEmpty();
  }

  @Test
  void tellsThatAFolderIsGone() {
    StateDisk gone =
        new StateDisk(
            FOLDER,
            folder -> {
              throw new NoSuchFileException("/data");
            });

    assertThat(gone.trouble())
        .hasValueSatisfying(why -> assertThat(why).contains("cannot be used"));
  }

  @Test
  void looksAtTheDiskItself(@TempDir Path folder) {
    assertThat(StateDisk.of(folder).trouble()).isEmpty();
  }
}
