package io.tierflow.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.client.ElementsView;
import io.tierflow.client.FlowClient;
import io.tierflow.client.FlowView;
import io.tierflow.client.RunQuery;
import io.tierflow.client.RunSummary;
import io.tierflow.client.RunView;
import io.tierflow.schemas.AttemptError;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.RawRecord;
import io.tierflow.standalone.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What becomes of runs and records that are not as one would wish, and of wide runs. */
class OutcomesTest {

  private static final String FLOWS =
      """
      flow: %s
      class: %s
      pipelines:
        p:
          stages: [{stage: work, handler: %s}]
      """;

  private static TestSystem system;
  private static Topics topics;

  @BeforeAll
  static void startSystem() throws Exception {
    system = TestSystem.start(OutcomesTest.class, Map.of("small", 7));
    topics = new Topics(system.cluster().bootstrap());
    system.client().apply("plain", FLOWS.formatted("plain", "small", "echo"));
    system.client().apply("wide", FLOWS.formatted("wide", "small", "echo, for-each: true"));
    system
        .client()
        .apply(
            "failing",
            FLOWS.formatted(
                "failing",
                "small",
                "exec, with: {command: [\"false\"]}, retry: {attempts: 2, backoff: 10ms..10ms}"));
  }

  @AfterAll
  static void stopSystem() {
    if (system != null) {
      system.close();
    }
  }

  @Test
  void setsUndecodableRecordsAsideAsTheyWereAndGoesOn() throws Exception {
    List<RawRecord> sent = new ArrayList<>();
    for (String topic : List.of("results", "errors", "commands", "tasks.small")) {
      for (String bytes : List.of("no Avro at all", "")) {
        sent.add(put("tierflow." + topic, "key of " + topic, bytes));
      }
    }

    RunView run = system.awaitEnd(system.client().submit("plain", text("after them")));

    assertThat(run.state()).isEqualTo("SUCCEEDED");
    TestSystem.patiently()
        .untilAsserted(
            () ->
                assertThat(topics.values("tierflow.dead-letters", DeadLetter.class))
                    .filteredOn(letter -> letter.getReason().getKind() == FailureKind.UNDECODABLE)
                    .extracting(DeadLetter::getRecord)
                    .containsExactlyInAnyOrderElementsOf(sent));
  }

  @Test
  void passesOverWhatItCannotReadOfFlowsWorkersAndEvents() throws Exception {
    for (String topic : List.of("flows", "workers", "events")) {
      put("tierflow." + topic, "no key", "no Avro at all");
    }

    system.client().apply("behind", FLOWS.formatted("behind", "small", "echo"));
    RunView run = system.awaitEnd(system.client().submit("behind", text("after them")));

    assertThat(run.state()).isEqualTo("SUCCEEDED");
    assertThat(system.client().flows()).extracting(FlowView::name).contains("behind", "plain");
    assertThat(system.client().pools())
        .filteredOn(p -> p.resourceClass().equals("small"))
        .singleElement()
        .satisfies(p -> assertThat(p.slots()).isEqualTo(7));
  }

  @Test
  void startsOneRunForAnIdempotencyKeyHoweverOftenItIsSubmitted() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<String>> submitted;
    try {
      submitted =
          threads.invokeAll(
              IntStream.range(0, 16)
                  .<Callable<String>>mapToObj(i -> () -> submitOnce("once"))
                  .toList());
    } finally {
      threads.shutdown();
    }
    String id = submitOnce("once");
    for (Future<String> each : submitted) {
      assertThat(each.get()).isEqualTo(id);
    }
    RunView run = system.awaitEnd(id);
    assertThat(run.state()).isEqualTo("SUCCEEDED");
    assertThat(TestSystem.stage(run, "p/work").attempts()).hasSize(1);
    assertThat(submitOnce("once")).as("after its end").isEqualTo(id);
    assertThat(submitOnce("another")).isNotEqualTo(id);
    assertThat(system.client().runs(RunQuery.all().ofFlow("plain")).items())
        .extracting(RunSummary::id)
        .containsOnlyOnce(id);
  }

  @Test
  void failsARunWithItsStageAndSetsTheTaskAsideWithItsErrors() {
    String id = system.client().submit("failing", text("the input"));

    RunView run = system.awaitEnd(id);

    assertThat(run.state()).isEqualTo("FAILED");
    assertThat(run.failure().kind()).isEqualTo("HANDLER_ERROR");
    assertThat(TestSystem.stage(run, "p/work").attempts())
        .extracting(attempt -> attempt.number() + " " + attempt.state())
        .containsExactly("1 FAILED", "2 FAILED");
    List<DeadLetter> letters =
        TestSystem.patiently().until(() -> topics.deadLetters(id), found -> !found.isEmpty());
    assertThat(letters).hasSize(1);
    DeadLetter letter = letters.get(0);
    assertThat(letter.getTask().getTaskId()).isEqualTo(id + "/p/work");
    assertThat(letter.getTask().getInput().getBytes())
        .isEqualTo(StandardCharsets.UTF_8.encode("\"the input\""));
    assertThat(letter.getReason().getKind()).isEqualTo(FailureKind.HANDLER_ERROR);
    assertThat(letter.getHistory()).extracting(AttemptError::getAttempt).containsExactly(1, 2);
    assertThat(letter.getHistory())
        .allSatisfy(e -> assertThat(e.getFailure().getMessage()).contains("'false' exited with 1"));
  }

  @Test
  void tellsOfAFailedRunOnTheCommandLine() {
    StringWriter out = new StringWriter();
    String url = system.cluster().httpUrl().toString();

    assertThat(command(out, "run", "failing", "--wait", "--runner", url)).isEqualTo(1);

    assertThat(out.toString()).contains("FAILED").contains("'false' exited with 1");
    String id = system.client().runs(RunQuery.all().ofFlow("failing")).items().get(0).id();
    StringWriter shown = new StringWriter();
    assertThat(command(shown, "show", id, "--runner", url)).isZero();
    assertThat(shown.toString()).contains("FAILED").contains("'false' exited with 1");
  }

  @Test
  void takesAsManyBytesForAnElementOfAWideRunAsOfANarrowOne() {
    // What shares its class with another flow may wait its turn, and takes no more bytes for that.
    system.awaitEnd(system.client().submit("plain", text("a neighbour")));
    fanOut(50); // so that no element takes so long that its start is told

    String narrow = fanOut(100);
    String wide = fanOut(10_000);

    long perNarrow = bytes(narrow) / 100;
    long perWide = bytes(wide) / 10_000;
    System.out.printf("changelog bytes per element: %d of 100, %d of 10000%n", perNarrow, perWide);
    assertThat(perWide).isCloseTo(perNarrow, Percentage.withPercentage(20));
  }

  private static String fanOut(int elements) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    IntStream.range(0, elements).forEach(i -> list.add(elements - i));
    long begin = System.nanoTime();
    String id = system.client().submit("wide", list);
    RunView run = system.awaitEnd(id);
    TestSystem.tell("for-each of " + elements, begin);
    assertThat(run.state()).isEqualTo("SUCCEEDED");
    assertThat(TestSystem.stage(run, "p/work").elements())
        .isEqualTo(new ElementsView(elements, elements, elements, 0));
    assertThat(run.output().get("p")).isEqualTo(list);
    return id;
  }

  private static long bytes(String runId) {
    return topics.bytesOf("tierflow.runner-entries-changelog", runId);
  }

  private static RawRecord put(String topic, String key, String value) throws Exception {
    byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
    byte[] valueBytes = value.getBytes(StandardCharsets.UTF_8);
    RecordMetadata place = topics.put(topic, keyBytes, valueBytes);
    return new RawRecord(
        topic,
        place.partition(),
        place.offset(),
        ByteBuffer.wrap(keyBytes),
        ByteBuffer.wrap(valueBytes));
  }

  private static String submitOnce(String key) {
    FlowClient client = system.client();
    return client.submit("plain", text("once"), Map.of(), Optional.of(key));
  }

  private static int command(StringWriter out, String... args) {
    PrintWriter writer = new PrintWriter(out, true);
    return Main.commandLine().setOut(writer).setErr(writer).execute(args);
  }

  private static JsonNode text(String text) {
    return JsonNodeFactory.instance.textNode(text);
  }
}
