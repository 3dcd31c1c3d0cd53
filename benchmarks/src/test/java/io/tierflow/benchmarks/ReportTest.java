package io.tierflow.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReportTest {

  private static final String BEFORE = "# Performance\n\nText before.\n\n";
  private static final String AFTER = "\n\n## Text after\n| `speed` | is not a row here |\n";
  private static final String EMPTY =
      BEFORE + PerformancePage.BEGIN + "\n" + PerformancePage.END + AFTER;

  @Test
  void jsonTellsBothSidesTheRatioAndWhetherTheTargetIsMet() throws IOException {
    String json = report(figure("speed", 13, 10)).toJson();
    ObjectMapper mapper = new ObjectMapper();
    assertThat(mapper.readTree(json))
        .isEqualTo(
            mapper.readTree(
                """
                {
                  "measuredAt": "2026-01-02T03:04:05.678Z",
                  "machine": {
                    "processors": "2 × cpu", "memory": "8 GiB", "system": "Linux 6",
                    "java": "Java 17", "kafka": "Kafka 4"
                  },
                  "figures": [{
                    "name": "speed", "unit": "ms per hop",
                    "value": 13.0, "repetitions": [12.0, 13.0, 14.0], "percentiles": {"p99": 26.0},
                    "cpuMicrosPerStage": {"total": 130.0},
                    "baseline": {
                      "value": 10.0, "repetitions": [9.0, 10.0, 11.0], "percentiles": {"p99": 20.0},
                      "cpuMicrosPerStage": {"total": 100.0}
                    },
                    "ratio": 1.3, "target": "at most 1.30", "met": true
                  }]
                }
                """));
    assertThat(json).endsWith("}\n");
  }

  @Test
  void thePageGetsARowPerFigureAndKeepsItsText() {
    String page = PerformancePage.update(EMPTY, report(figure("speed", 13, 10)));
    assertThat(page)
        .isEqualTo(
            BEFORE
                + """
                <!-- figures: begin -->
                | figure | unit | Tierflow | baseline | ratio | target | met | CPU µs per stage | measured |
                |---|---|---|---|---|---|---|---|---|
                | `speed` | ms per hop | 13.00 (12.00–14.00, 3×), p99 26.00 \
                | 10.00 (9.00–11.00, 3×), p99 20.00 | 1.30 | at most 1.30 | yes | 130 : 100 \
                | 2026-01-02, 2 × cpu, 8 GiB, Linux 6, Java 17, Kafka 4 |
                <!-- figures: end -->"""
                + AFTER);
  }

  @Test
  void fillingThePageTwiceChangesNothing() {
    Report report = report(figure("speed", 13, 10), figure("size", 5, 10));
    String once = PerformancePage.update(EMPTY, report);
    assertThat(PerformancePage.update(once, report)).isEqualTo(once);
  }

  @Test
  void aNewMeasurementReplacesItsRowAndLeavesTheOthers() {
    String both =
        PerformancePage.update(EMPTY, report(figure("speed", 13, 10), figure("size", 5, 10)));
    String page = PerformancePage.update(both, report(figure("speed", 20, 10)));
    List<String> before = both.lines().toList();
    List<String> after = page.lines().toList();
    assertThat(after).hasSameSizeAs(before);
    assertThat(after.stream().filter(line -> !before.contains(line)))
        .singleElement()
        .asString()
        .startsWith("| `speed` | ms per hop | 20.00 ")
        .contains("| 2.00 | at most 1.30 | no | 200 : 100 |");
  }

  @Test
  void aPageWithoutMarkersIsRefused() {
    assertThatThrownBy(() -> PerformancePage.update("# Text\n", report()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(PerformancePage.BEGIN)
        .hasMessageContaining(PerformancePage.END);
  }

  @Test
  void theToolRefusesAPageWithoutMarkersBeforeItMeasures(@TempDir Path directory)
      throws IOException {
    Path page = Files.writeString(directory.resolve("page.md"), "# Text\n");
    StringWriter errors = new StringWriter();
    int exit =
        new CommandLine(new BenchmarksMain())
            .setErr(new PrintWriter(errors))
            .execute("--page", page.toString());
    assertThat(exit).isEqualTo(2);
    assertThat(errors.toString()).contains("--page: found no table in " + page);
  }

  @Test
  void thePageOfTheWorkingDirectoryIsFilledIfThereIsOne(@TempDir Path directory)
      throws IOException {
    assertThat(BenchmarksMain.usualPage(directory)).isNull();
    Path page = Files.createDirectory(directory.resolve("docs")).resolve("performance.md");
    Files.writeString(page, EMPTY);
    assertThat(BenchmarksMain.usualPage(directory)).isEqualTo(page);
  }

  private static Report report(Figure... figures) {
    return new Report(
        Instant.parse("2026-01-02T03:04:05.678912Z"),
        new Machine("2 × cpu", "8 GiB", "Linux 6", "Java 17", "Kafka 4"),
        List.of(figures));
  }

  private static Figure figure(String name, double value, double baseline) {
    return new Figure(name, "ms per hop", side(value), side(baseline), Target.atMost(1.3));
  }

  private static Measured side(double middle) {
    return new Measured(
        List.of(middle - 1, middle, middle + 1),
        Map.of("p99", middle * 2),
        List.of(Map.of(CpuMeter.TOTAL, middle * 10)));
  }
}
