package io.tierflow.worker.handlers;

import static io.tierflow.worker.handlers.Attempt.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class FileStoreHandlerTest {

  private final FileStoreHandler store = new FileStoreHandler();
  @TempDir Path folder;

  @Test
  void overwritesWithTheSameFileHoweverOftenItRuns() throws Exception {
    Attempt attempt = Attempt.with("{'path': '%s/deep/{run}/{stage}.json'}", folder);
    JsonNode input = json("[{'city': 'Oslo'}, {'city': 'Rome'}]");

    JsonNode first = attempt.run(store, json("'something else'"));
    JsonNode second = attempt.run(store, input);
    JsonNode third = attempt.run(store, input);

    Path file = folder.resolve("deep/run-1/step.json");
    assertThat(json(Files.readString(file))).isEqualTo(input);
    assertThat(first.get("records").intValue()).isEqualTo(1);
    assertThat(second).isEqualTo(third);
    assertThat(json(second.toString()))
        .isEqualTo(json("{'path': '%s', 'bytes': %d, 'records': 2}", file, Files.size(file)));
    assertThat(filesIn(file.getParent())).containsExactly("step.json");
  }

  @Test
  void appendsJsonAsLinesAndBeginsANewOneAfterATornOne() throws Exception {
    Path file = folder.resolve("log.jsonl");
    Attempt attempt = Attempt.with("{'path': '%s', 'mode': 'append'}", file);

    attempt.run(store, json("{'n': 1}"));
    Files.writeString(file, Files.readString(file) + "{\"n\":");
    JsonNode written = attempt.run(store, json("[{'n': 2}, {'n': 3}]"));

    assertThat(Files.readString(file)).isEqualTo("{\"n\":1}\n{\"n\":\n{\"n\":2}\n{\"n\":3}\n");
    assertThat(written.get("records").intValue()).isEqualTo(2);
  }

  @Test
  void writesCsvWithQuotesWhereNeeded() throws Exception {
    Path file = folder.resolve("out.csv");
    JsonNode input =
        json(
            "{'report': {'rows': [{'name': 'a,b', 'v': 1.5}, {'name': null, 'v': 2, 'ok': true}]}}");

    Attempt.with("{'path': '%s', 'format': 'csv', 'content': '/report/rows'}", file)
        .run(store, input);

    assertThat(Files.readString(file)).isEqualTo("name,v,ok\n\"a,b\",1.5,\n,2,true\n");
  }

  @Test
  void appendsCsvUnderOneHeaderAndRefusesOtherColumns() throws Exception {
    Path file = folder.resolve("out.csv");
    Attempt attempt = Attempt.with("{'path': '%s', 'format': 'csv', 'mode': 'append'}", file);

    attempt.run(store, json("[{'a': 1, 'b': 2}]"));
    attempt.run(store, json("[{'a': 3, 'b': 4}]"));
    Failure failure = attempt.failure(store, json("[{'a': 3, 'c': 4}]"));

    assertThat(Files.readString(file)).isEqualTo("a,b\n1,2\n3,4\n");
    assertThat(failure)
        .isEqualTo(
            Failure.of(
                FailureKind.INVALID_INPUT,
                "file-store: columns of the file: expected a,b, found a,c"));
  }

  @Test
  void writesTheConfiguredColumnsEvenForNoRecords() throws Exception {
    Path file = folder.resolve("out.csv");

    Attempt.with("{'path': '%s', 'format': 'csv', 'columns': ['b', 'a']}", file)
        .run(store, json("[]"));

    assertThat(Files.readString(file)).isEqualTo("b,a\n");
  }

  @Test
  void keepsEveryLineOfManyWritersWhole() throws Exception {
    Path file = folder.resolve("shared.jsonl");
    ExecutorService slots = Executors.newFixedThreadPool(8);
    List<Future<JsonNode>> attempts = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      JsonNode input = json("{'i': %d, 'pad': '%s'}", i, "x".repeat(2000));
      attempts.add(
          slots.submit(
              () -> Attempt.with("{'path': '%s', 'mode': 'append'}", file).run(store, input)));
    }
    for (Future<JsonNode> attempt : attempts) {
      attempt.get();
    }
    slots.shutdown();

    assertThat(Files.readAllLines(file).stream().map(line -> json(line).get("i").intValue()))
        .hasSize(100)
        .doesNotHaveDuplicates();
  }

  @Test
  void losesNoRecordWhenTwoProcessesAppendToOneFile() throws Exception {
    Path file = folder.resolve("shared.csv");
    try (AppendingProcess other = AppendingProcess.start(file)) {
      other.begin();
      AppendingProcess.append(file);
      other.awaitDone();
    }

    assertThat(Files.readAllLines(file))
        .hasSize(1 + 2 * AppendingProcess.RECORDS)
        .doesNotHaveDuplicates();
  }

  @Test
  void refusesToLeaveItsRoot() {
    assertThat(
            Attempt.with("{'path': '../escaped.json', 'root': '%s'}", folder)
                .failure(store, json("1"))
                .message())
        .startsWith("file-store: with.path: expected a file under with.root " + folder);
    assertThat(
            Attempt.with("{'path': '{input.file}', 'root': '%s'}", folder)
                .failure(store, json("{'file': '/etc/escaped.json'}"))
                .message())
        .startsWith("file-store: with.path: expected a file under with.root " + folder);
    assertThat(
            Attempt.with("{'path': 'a/{input.file}', 'root': '%s'}", folder)
                .failure(store, json("{'file': '../b'}"))
                .message())
        .isEqualTo("file-store: with.path: expected placeholders of one name each, found '../b'");
  }

  @Test
  void failsWithTheFilesNameWhenItCannotWrite() throws IOException {
    Files.writeString(folder.resolve("file"), "no folder");

    Failure failure =
        Attempt.with("{'path': '%s/file/out.json'}", folder).failure(store, json("1"));

    assertThat(failure.kind()).isEqualTo(FailureKind.HANDLER_ERROR);
    assertThat(failure.message())
        .startsWith("file-store: cannot write '" + folder + "/file/out.json': ");
  }

  @Test
  void refusesWhatIsNoRecordForCsv() {
    Attempt attempt = Attempt.with("{'path': '%s/out.csv', 'format': 'csv'}", folder);

    assertThat(attempt.failure(store, json("[{'a': 1}, 2]")).message())
        .isEqualTo("file-store: input: record 1: expected an object, found NUMBER");
    assertThat(attempt.failure(store, json("[{'a': [1]}]")).message())
        .isEqualTo(
            "file-store: input: record 0, 'a': expected a single value for CSV, found ARRAY");
  }

  @Test
  void refusesWrongConfigurationNamingTheKey() {
    assertThat(Attempt.with("{'path': 'a', 'format': 'xml'}").failure(store, json("1")).message())
        .isEqualTo("file-store: with.format: expected one of json, csv, found \"xml\"");
    assertThat(
            Attempt.with("{'path': 'a', 'content': '/rows'}").failure(store, json("{}")).message())
        .isEqualTo(
            "file-store: with.content: expected a part of the input, found '/rows', not in it");
    assertThat(Attempt.with("{'path': 'a/{index}'}").failure(store, json("1")).message())
        .isEqualTo(
            "file-store: with.path: expected {index} only in a for-each stage, found a plain"
                + " stage");
  }

  private static List<String> filesIn(Path parent) throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
