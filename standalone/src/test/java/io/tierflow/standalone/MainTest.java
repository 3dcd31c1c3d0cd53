package io.tierflow.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void printsItsHelpWithoutACommand() {
    assertThat(run()).isZero();
    assertThat(out.toString()).contains("Usage: tierflow").contains("  dev ").contains("  broker ");
  }

  @Test
  void printsTheProjectsVersion() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).containsPattern("^tierflow [0-9]+[.][0-9]+[.][0-9]+");
  }

  @Test
  void refusesAnUnknownCommandWithExitCode2() {
    assertThat(run("brokr")).isEqualTo(2);
    assertThat(err.toString()).contains("brokr").contains("tierflow broker");
  }

  @Test
  void namesATakenPortWithExitCode1(@TempDir Path dir) throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String taken = Integer.toString(other.getLocalPort());
      assertThat(run("broker", "--data", dir.toString(), "--port", taken)).isEqualTo(1);
      assertThat(run("dev", "--data", dir.toString(), "--kafka-port", taken)).isEqualTo(1);
      assertThat(err.toString())
          .contains("port " + taken + " (Kafka clients) is taken")
          .contains("--port PORT")
          .contains("--kafka-port PORT");
    }
  }

  private int run(String... args) {
    CommandLine top = Main.commandLine();
    return top.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(args);
  }
}
