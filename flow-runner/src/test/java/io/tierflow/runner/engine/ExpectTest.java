package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tierflow.client.CompletionRequest;
import io.tierflow.client.ExpectationRequest;
import io.tierflow.client.ExpectationView;
import io.tierflow.client.Expectations;
import io.tierflow.client.FlowClient;
import io.tierflow.client.MissingCompletion;
import io.tierflow.client.MissingQuery;
import io.tierflow.client.ProblemException;
import io.tierflow.runner.http.HttpApi;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.RunEvents;
import io.tierflow.testkafka.KafkaTest;
import io.tierflow.testkafka.TestKafka;
import io.tierflow.testkafka.TopicContents;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.topics.TopicNames;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Work that was started elsewhere, watched on a real broker by runners that come and go. */
@KafkaTest
class ExpectTest {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final MissingQuery CLEARED = MissingQuery.all().withCleared(LIMIT);

  @TempDir private static Path brokerData;
  private static TestKafka broker;

  @TempDir private Path data;
  private final List<Runner> runners = new ArrayList<>();
  private TopicNames topics;

  private record Runner(RunnerEngine engine, HttpApi api) {
    Expectations expectations() {
      return client().expectations();
    }

    FlowClient client() {
      return FlowClient.of(api.baseUri());
    }

    void close() {
      api.close();
      engine.close();
    }
  }

  @BeforeAll
  static void startBroker() {
    broker = TestKafka.start(brokerData);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void name(TestInfo test) {
    topics = new TopicNames(test.getTestMethod().orElseThrow().getName() + ".");
  }

  @AfterEach
  void stop() {
    runners.forEach(Runner::close);
  }

  @Test
  void whatIsOverdueIsFlaggedAndClearsThoughTheRunnerWasKilledMeanwhile() throws Exception {
    Runner one = start("one");
    one.expectations().register(ExpectationRequest.by("export", Duration.ofSeconds(2)).key("a b"));
    assertThat(missing(one)).isEmpty();
    until(() -> !missing(one).isEmpty());
    assertThat(missing(one)).containsExactly("OVERDUE export/a b");
    one.expectations().register(ExpectationRequest.by("later", Duration.ofSeconds(5)));

    stop(one);
    Files.delete(data.resolve("one").resolve("stopped-cleanly")); // as if it had been killed

    Runner two = start("one");
    until(() -> missing(two).size() == 2);
    assertThat(two.expectations().report("export", CompletionRequest.succeeded().key("a b")))
        .satisfies(answer -> assertThat(answer.verdict()).isEqualTo("LATE"));
    assertThat(missing(two)).containsExactly("OVERDUE later/null");
    ExpectationView done = two.expectations().find("export", "a b").orElseThrow();
    assertThat(done.state()).isEqualTo("SUCCEEDED");
    assertThat(done.missing().get(0).clearedAt()).isNotNull();

    two.expectations().remove("later", "");
    assertThat(missing(two)).isEmpty();
    assertThatThrownBy(() -> two.expectations().complete("later"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("no such expectation: 'later'");
    assertThat(events())
        .containsExactlyInAnyOrder(
            "MISSING_FLAGGED OVERDUE export",
            "MISSING_CLEARED OVERDUE export",
            "MISSING_FLAGGED OVERDUE later",
            "MISSING_CLEARED OVERDUE later");
  }

  @Test
  void aRecordOnTheTopicReportsAndWhatCannotBeReadIsSetAside() throws Exception {
    Runner runner = start("one");
    ExpectationView view =
        runner.expectations().register(ExpectationRequest.cron("backup", "0 2 * * *", "UTC"));
    assertThat(view.within()).isEqualTo("1h");
    send(null, "{\"name\":\"backup\",\"status\":\"FAILED\",\"message\":\"disk full\"}");
    until(() -> missing(runner).contains("REPORTED_FAILED backup/null"));
    send("backup", "{}");
    until(() -> missing(runner).isEmpty());
    assertThat(runner.expectations().find("backup").orElseThrow().reports())
        .hasSize(2)
        .last()
        .satisfies(report -> assertThat(report.message()).isEqualTo("disk full"));

    send(null, "no JSON");
    send(null, "{\"name\":\"backup\",\"state\":\"FAILED\"}");
    send("unheard-of", "{}");
    send(null, "{\"name\":\"backup\",\"at\":\"+300000000-01-01T00:00:00Z\"}");
    until(() -> letters().size() == 4);
    assertThat(letters())
        .anySatisfy(text -> assertThat(text).startsWith("UNDECODABLE expected one JSON object"))
        .anySatisfy(text -> assertThat(text).startsWith("UNDECODABLE state: found key 'state'"))
        .anySatisfy(text -> assertThat(text).startsWith("UNDECODABLE at: found '+300000000"))
        .anySatisfy(text -> assertThat(text).startsWith("INVALID_INPUT expectation 'unheard-of'"));
  }

  @Test
  void anyRunnerAnswersForAllAndAnotherTakesOver() throws Exception {
    Runner one = start("one");
    Runner two = start("two");
    until(() -> one.engine().readiness() == two.engine().readiness());
    List<String> names = List.of("a", "b", "c", "d", "e", "f");
    for (String name : names) {
      retried(
          () -> one.expectations().register(ExpectationRequest.every(name, Duration.ofDays(1))));
    }
    for (String name : names) {
      assertThat(retried(() -> two.expectations().complete(name)).verdict()).isEqualTo("ON_TIME");
      assertThat(retried(() -> one.expectations().find(name)).orElseThrow().reports()).hasSize(1);
    }
    for (Runner each : List.of(one, two)) {
      assertThat(retried(() -> each.expectations().list()))
          .extracting(ExpectationView::name)
          .containsExactlyElementsOf(names);
    }
    for (String name : names) {
      retried(
          () -> one.expectations().register(ExpectationRequest.by(name, Duration.ofMillis(200))));
    }
    for (Runner each : List.of(one, two)) {
      until(() -> missing(each).size() == names.size());
    }
    names.forEach(name -> retried(() -> two.expectations().complete(name)));
    for (Runner each : List.of(one, two)) {
      assertThat(missing(each)).isEmpty();
      assertThat(retried(() -> each.client().missing(CLEARED).items()))
          .as("what cleared a moment ago, whichever runner has it")
          .allSatisfy(it -> assertThat(it.clearedBy()).isEqualTo("it was reported"))
          .extracting(MissingCompletion::expectation)
          .containsExactlyInAnyOrderElementsOf(names);
    }
    stop(one);
    until(() -> retried(() -> two.expectations().list()).size() == names.size());
    retried(() -> two.expectations().register(ExpectationRequest.by("a", Duration.ofMillis(200))));
    until(() -> missing(two).equals(List.of("OVERDUE a/null")));
  }

  private static <T> T retried(Callable<T> question) {
    List<T> answers = new ArrayList<>();
    await()
        .atMost(LIMIT)
        .ignoreException(ProblemException.class) // 503 while partitions are handed over
        .until(() -> answers.add(question.call()));
    return answers.get(0);
  }

  private static List<String> missing(Runner runner) {
    return retried(() -> runner.client().missing(MissingQuery.all()).items()).stream()
        .map(ExpectTest::words)
        .toList();
  }

  private static String words(MissingCompletion it) {
    return it.reason() + " " + it.expectation() + "/" + it.key();
  }

  private void send(String key, String value) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrap()),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(new ProducerRecord<>(topics.completions(), key, value)).get();
    }
  }

  private Set<String> events() throws Exception {
    Set<String> events = new LinkedHashSet<>();
    for (ConsumerRecord<byte[], byte[]> record :
        TopicContents.of(broker.bootstrap(), topics.events())) {
      RunEvents some =
          new SingleObjectCodec().decode(record.topic(), record.value(), RunEvents.class);
      some.getEvents()
          .forEach(
              event ->
                  events.add(
                      event.getType()
                          + (" " + event.getDetail().get("reason"))
                          + (" " + some.getExpectation())));
    }
    return events;
  }

  private List<String> letters() throws Exception {
    List<String> letters = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record :
        TopicContents.of(broker.bootstrap(), topics.deadLetters())) {
      DeadLetter letter =
          new SingleObjectCodec().decode(record.topic(), record.value(), DeadLetter.class);
      letters.add(letter.getReason().getKind() + " " + letter.getReason().getMessage());
    }
    return letters;
  }

  private Runner start(String name) throws Exception {
    int port = freePort();
    RunnerEngine engine =
        RunnerEngine.start(
            new EngineConfig(
                broker.bootstrap(),
                topics.prefix(),
                Files.createDirectories(data.resolve(name)),
                "http://127.0.0.1:" + port,
                Set.of("small"),
                0,
                Map.of()),
            InstantSource.system(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    Runner runner =
        new Runner(
            engine,
            HttpApi.start(engine, port, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)));
    runners.add(runner);
    return runner;
  }

  // The address is announced before the API is there.
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void stop(Runner runner) {
    runners.remove(runner);
    runner.close();
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(LIMIT).pollInterval(Duration.ofMillis(50)).until(condition);
  }
}
