package io.tierflow.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {

  @TempDir Path logs;

  @Test
  void isReadyOnceItSaysSoAndGoneOnceStopped() throws Exception {
    ChildProcess child = ChildProcess.start(spec("ready"));
    assertThat(child.readyLine()).isEqualTo("ready to test");
    assertThat(child.isAlive()).isTrue();
    child.stop();
    assertThat(child.onExit().get(60, TimeUnit.SECONDS)).isEqualTo(143);
    assertThat(Files.readString(logs.resolve("ready.log"))).contains("ready to test");
  }

  @Test
  void showsTheLastLinesOfAChildThatFailsToStart() {
    assertThatThrownBy(() -> ChildProcess.start(spec("fail")))
        .isInstanceOf(ChildStartException.class)
        .hasMessageContaining("fail ended with exit code 7")
        .hasMessageContaining(logs.resolve("fail.log").toString())
        .hasMessageContaining("  | the disk is full");
  }

  @Test
  void killsAChildThatIsNotReadyInTime() {
    ChildProcess child = ChildProcess.launch(spec("silent").withStartLimit(Duration.ofSeconds(3)));
    assertThatThrownBy(child::awaitReady)
        .isInstanceOf(ChildStartException.class)
        .hasMessageContaining("was not ready within 3 s");
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void endsWhenItsParentIsKilled() throws Exception {
    ChildSpec parent =
        ChildSpec.of("parent", SmallChildMain.class, List.of("parent", logs.toString()), logs);
    ChildProcess child = ChildProcess.start(parent);
    long grandchild = Long.parseLong(child.readyLine().substring("ready ".length()));
    ProcessHandle handle = ProcessHandle.of(grandchild).orElseThrow();

    child.kill();

    assertThat(handle.onExit().get(60, TimeUnit.SECONDS).isAlive()).isFalse();
  }

  private ChildSpec spec(String what) {
    return ChildSpec.of(what, SmallChildMain.class, List.of(what), logs);
  }
}
