package io.tierflow.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** That the table of all that can go wrong names tests that there are, of the kind that it says. */
class WhatCanGoWrongTest {

  private static final Path ROOT = Path.of("..");
  private static final Path PAGE = ROOT.resolve(Path.of("docs", "what-can-go-wrong.md"));
  private static final Pattern NAMED = Pattern.compile("`(\\w+Test)`( ?[†‡]*)");

  /** How a test starts a broker: its own, a container, its class's, or a whole system's. */
  private static final Pattern BROKER =
      Pattern.compile("TestKafka\\.start|new Pool\\(|EmbeddedBroker|TestSystem\\.start");

  private static final Map<String, String> TESTS = new HashMap<>();

  private record Named(String test, String marks) {}

  private record Row(String what, List<Named> tests) {}

  @BeforeAll
  static void readTests() throws IOException {
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.toList()) {
        Path folder = module.resolve(Path.of("src", "test", "java"));
        if (Files.isDirectory(folder)) {
          readTests(folder);
        }
      }
    }
  }

  private static void readTests(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith("Test.java")).toList()) {
        String name = file.getFileName().toString();
        TESTS.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
      }
    }
  }

  @Test
  void everyTestNamedIsThere() throws IOException {
    for (Row row : rows()) {
      for (Named each : row.tests()) {
        assertThat(TESTS).as(row.what()).containsKey(each.test());
      }
    }
  }

  @Test
  void everyLineIsShownOnARealBrokerOrWithRealProcesses() throws IOException {
    List<Row> rows = rows();
    assertThat(rows).hasSizeGreaterThan(50);
    assertThat(rows)
        .allSatisfy(
            row ->
                assertThat(row.tests())
                    .as(row.what())
                    .anyMatch(each -> each.marks().contains("†") || each.marks().contains("‡")));
  }

  @Test
  void whatIsMarkedAsOnARealBrokerStartsOneAndWhatIsNotMarkedDoesNot() throws IOException {
    for (Row row : rows()) {
      for (Named each : row.tests()) {
        boolean starts = BROKER.matcher(TESTS.getOrDefault(each.test(), "")).find();
        if (each.marks().contains("†")) {
          assertThat(starts).as("%s: `%s` †", row.what(), each.test()).isTrue();
        } else if (each.marks().isEmpty()) {
          assertThat(starts).as("%s: `%s`", row.what(), each.test()).isFalse();
        }
      }
    }
  }

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("| ") && !line.startsWith("| what goes wrong ")) {
        String[] cells = line.split("\\|");
        assertThat(cells).as(line).hasSize(5); // the first is what is before the first bar
        rows.add(new Row(cells[1].strip(), named(cells[4])));
      }
    }
    return rows;
  }

  private static List<Named> named(String cell) {
    List<Named> named = new ArrayList<>();
    Matcher found = NAMED.matcher(cell);
    while (found.find()) {
      named.add(new Named(found.group(1), found.group(2).strip()));
    }
    return named;
  }
}
