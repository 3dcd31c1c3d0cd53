package io.tierflow.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  @Test
  void saysWithExitCode3ThatNoBrokerIsKnownByThisName(@TempDir Path dir) {
    String nowhere = "nowhere.invalid:9092";
    String told = "no address is known of any broker in " + nowhere;
    assertThat(run("worker", "--bootstrap", nowhere, "--class", "small")).isEqualTo(3);
    assertThat(err.toString().lines()).containsExactly("worker: " + told);
    assertThat(runner(dir, nowhere)).isEqualTo(3);
    assertThat(err.toString().lines()).containsExactly("worker: " + told, told);
  }

  @Test
  void refusesSettingsThatKafkaDoesNotTakeWithExitCode2(@TempDir Path dir) throws Exception {
    assertThat(run("worker", "--bootstrap", "host", "--class", "small")).isEqualTo(2);
    assertThat(runner(dir, "host")).isEqualTo(2);
    Path broken = Files.writeString(dir.resolve("kafka.properties"), "security.protocol = none");
    assertThat(runner(dir, "127.0.0.1:1", "--kafka-config", broken.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("security.protocol").doesNotContain("which is a bug");
  }

  private int runner(Path data, String bootstrap, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("runner", "--http-port", "0", "--data", data.toString(), "--bootstrap"));
    args.add(bootstrap);
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  private int run(String... args) {
    CommandLine top = Main.commandLine();
    return top.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(args);
  }
}
