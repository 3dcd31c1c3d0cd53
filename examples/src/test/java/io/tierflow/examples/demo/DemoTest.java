package io.tierflow.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierflow.standalone.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The demo as a user runs it, on a broker, a runner and pools in processes of their own. */
@Timeout(300)
class DemoTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void movingTheBottleneckToTheLargeTierMakesTheRunFaster(@TempDir Path data) throws Exception {
    // Half the demo's size: core logic is still by far the longest stage.
    int exitCode = run("demo", "--json", "--scale", "0.5", "--data", data.toString());

    assertThat(exitCode).as("exit code; standard error: %s", err).isZero();
    List<JsonNode> lines = jsonLines();
    JsonNode result = lines.get(lines.size() - 1);
    assertThat(result.fieldNames()).toIterable().containsExactly("small", "large");
    assertThat(result)
        .allSatisfy(
            total ->
                assertThat(total.fieldNames())
                    .toIterable()
                    .containsExactly("runId", "totalMs", "idealMs"));
    assertThat(result.at("/small/idealMs").asLong()).isEqualTo(4050);
    assertThat(result.at("/large/idealMs").asLong()).isEqualTo(1800);
    assertThat(result).allSatisfy(DemoTest::takesAtLeastItsIdeal);
    assertThat(result.at("/large/totalMs").asLong())
        .isLessThan(result.at("/small/totalMs").asLong());

    JsonNode profile =
        lines.stream()
            .map(line -> line.path("profile"))
            .filter(JsonNode::isObject)
            .findFirst()
            .get();
    assertThat(profile.path("runId")).isEqualTo(result.at("/small/runId"));
    assertThat(profile.path("bottleneckPipeline").asText()).isEqualTo("report");
    assertThat(profile.path("bottleneckStage").asText()).isEqualTo("core-logic");
  }

  @Test
  void refusesAScaleOfZeroAsAUsageError() {
    assertThat(run("demo", "--scale", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--scale: expected a number above 0");
  }

  private static void takesAtLeastItsIdeal(JsonNode total) {
    assertThat(total.path("totalMs").asLong())
        .isGreaterThanOrEqualTo(total.path("idealMs").asLong());
  }

  private List<JsonNode> jsonLines() throws Exception {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : out.toString().lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  private int run(String... args) {
    CommandLine top = Main.commandLine();
    return top.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(args);
  }
}
