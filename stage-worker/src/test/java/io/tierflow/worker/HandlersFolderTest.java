package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tierflow.worker.handlers.HandlersFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandlersFolderTest {

  private static final ClassLoader OWN = HandlersFolderTest.class.getClassLoader();

  @TempDir private Path folder;

  @Test
  void aJarsHandlersStandBesideThoseOfTheWorker() throws Exception {
    HandlerJar.write(folder, "shout");
    Files.writeString(folder.resolve("README.txt"), "no jar");

    assertThat(HandlersFolder.load(folder, OWN).names()).contains("shout", "echo", "exec");
  }

  @Test
  void namesTheJarThatIsBroken() throws Exception {
    HandlerJar.write(folder, "shout");
    Path broken = Files.writeString(folder.resolve("broken.jar"), "a download that was cut off");

    refused("handlers jar " + broken + " is broken: ");
  }

  @Test
  void namesTheClassThatAJarLacks() throws Exception {
    HandlerJar.write(folder, "shout", "user.Missing");

    refused("handlers folder " + folder + ": ", "user.Missing");
  }

  @Test
  void refusesASecondHandlerOfOneName() throws Exception {
    HandlerJar.write(folder, "echo");

    refused("two handlers are named 'echo': ", "EchoHandler", "user.Handler");
  }

  @Test
  void refusesAFolderThatIsNone() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> HandlersFolder.load(file, OWN))
        .withMessage("handlers folder " + file + ": expected a folder");
  }

  private void refused(String... words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HandlersFolder.load(folder, OWN))
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }
}
