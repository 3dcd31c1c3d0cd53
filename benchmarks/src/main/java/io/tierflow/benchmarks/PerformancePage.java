package io.tierflow.benchmarks;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The table of figures in a page of Markdown, between two marker lines. */
final class PerformancePage {

  static final String BEGIN = "<!-- figures: begin -->";
  static final String END = "<!-- figures: end -->";

  private static final String HEADER =
      "| figure | unit | Tierflow | baseline | ratio | target | met | CPU µs per stage | measured |";
  private static final String RULE = "|---|---|---|---|---|---|---|---|---|";

  private PerformancePage() {}

  /** Whether the page has both markers, in their order. */
  static boolean hasTable(String page) {
    int begin = page.indexOf(BEGIN);
    return begin >= 0 && page.indexOf(END) > begin;
  }

  /**
   * The page with the report's figures in its table; rows of other figures, and the rest of the
   * page, stay.
   *
   * @throws IllegalArgumentException if the page lacks a marker
   */
  static String update(String page, Report report) {
    int begin = page.indexOf(BEGIN);
    int end = page.indexOf(END);
    if (!hasTable(page)) {
      throw new IllegalArgumentException(
          "the page has no table to fill: expected the lines '" + BEGIN + "' and '" + END + "'");
    }
    List<String> rows =
        new ArrayList<>(
            Arrays.stream(page.substring(begin, end).split("\n", -1))
                .filter(line -> line.startsWith("| `"))
                .toList());
    for (Figure figure : report.figures()) {
      String row = row(figure, report);
      String start = start(figure);
      if (rows.stream().anyMatch(line -> line.startsWith(start))) {
        rows.replaceAll(line -> line.startsWith(start) ? row : line);
      } else {
        rows.add(row);
      }
    }
    return page.substring(0, begin)
        + String.join("\n", BEGIN, HEADER, RULE, String.join("\n", rows))
        + "\n"
        + page.substring(end);
  }

  private static String start(Figure figure) {
    return "| `" + figure.name() + "` |";
  }

  private static String row(Figure figure, Report report) {
    return start(figure)
        + " "
        + String.join(
            " | ",
            figure.unit(),
            side(figure.measured()),
            side(figure.baseline()),
            String.format(Locale.ROOT, "%.2f", figure.ratio()),
            figure.target().toString(),
            figure.isMet() ? "yes" : "no",
            cpu(figure),
            report.at().atOffset(ZoneOffset.UTC).toLocalDate()
                + ", "
                + report.machine().inOneLine())
        + " |";
  }

  /** The median, the repetitions' range, and the tail where there is one. */
  private static String side(Measured side) {
    double least = side.repetitions().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    double most = side.repetitions().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    String text =
        number(side.value())
            + " ("
            + number(least)
            + "–"
            + number(most)
            + ", "
            + side.repetitions().size()
            + "×)";
    return side.percentiles().containsKey("p99")
        ? text + ", p99 " + number(side.percentiles().get("p99"))
        : text;
  }

  private static String cpu(Figure figure) {
    Double own = figure.measured().cpuPerStage().get(CpuMeter.TOTAL);
    Double baseline = figure.baseline().cpuPerStage().get(CpuMeter.TOTAL);
    return own == null || baseline == null
        ? "–"
        : String.format(Locale.ROOT, "%s : %s", number(own), number(baseline));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%,.0f", value);
  }
}
