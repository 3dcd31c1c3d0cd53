package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.client.FlowClient;
import io.tierflow.client.MissingCompletion;
import io.tierflow.client.MissingQuery;
import io.tierflow.client.Page;
import io.tierflow.client.ProblemException;
import io.tierflow.client.RunQuery;
import io.tierflow.client.RunnerUnreachableException;
import io.tierflow.client.RunSummary;
import io.tierflow.machine.schedule.ScheduledAt;
import io.tierflow.process.ChildProcess;
import io.tierflow.process.ChildSpec;
import io.tierflow.schemas.StageTask;
import io.tierflow.testkafka.TestKafka;
import io.tierflow.wire.topics.TopicNames;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Runners that are processes and are killed (kill -9), on a real broker. */
@Tag(TestKafka.TAG)
class KilledRunnerTest {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String ONE_STAGE =
      """
      flow: f
      class: small
      %spipelines: {p: {stages: [{stage: s, handler: echo}]}}
      """;

  @TempDir private static Path folder;
  private static TestKafka broker;

  private final List<Runner> runners = new ArrayList<>();
  private TopicNames topics;
  private ScriptedWorker worker;
  private int answered;

  private record Runner(ChildProcess process, FlowClient client) {}

  @BeforeAll
  static void startBroker() {
    broker = TestKafka.start(folder.resolve("broker"));
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
    worker.close();
    runners.forEach(each -> each.process().kill());
  }

  /** Nobody works the class, so each run of the schedule misses something. */
  @Test
  void eachDueTimeFiresOnceAndEitherRunnerShowsAllThatIsMissing() throws Exception {
    Runner one = start("one", Duration.ofDays(1));
    Runner two = start("two", Duration.ofDays(1));
    worker = new ScriptedWorker(broker.bootstrap(), topics, "small");
    apply(one, "every: 1s\nschedule: {catch-up: all, overlap: allow}\n");

    untilBothShowAllOf(5, one, two);
    one.process().kill();
    untilRuns(worker.runs().size() + 3);
    Runner back = start("one", Duration.ofDays(1));
    untilBothShowAllOf(worker.runs().size() + 1, back, two);
    two.process().kill();
    untilRuns(worker.runs().size() + 3);

    apply(back, "");
    Set<String> fired = worker.runs();
    Set<Instant> due = new TreeSet<>();
    for (String run : fired) {
      Instant at = Instant.parse(answer(() -> label(back, run)));
      assertThat(run).isEqualTo(ScheduledRuns.id("f", at));
      due.add(at);
    }
    List<Instant> seconds = new ArrayList<>();
    for (Instant next = due.iterator().next(); seconds.size() < fired.size(); ) {
      seconds.add(next);
      next = next.plusSeconds(1);
    }
    assertThat(due).as("one run for each second").containsExactlyElementsOf(seconds);
    until(() -> missing(back).containsAll(fired));
  }

  @Test
  void whatItRemovesAsItIsKilledIsGoneWhenItIsBack() throws Exception {
    Runner runner = start("one", Duration.ofSeconds(2));
    worker = new ScriptedWorker(broker.bootstrap(), topics, "small");
    apply(runner, "");
    Set<String> runs = new HashSet<>();
    // Runs begin, end and go all the time, so some are just being removed.
    until(
        () -> {
          for (int i = 0; i < 20; i++) {
            runs.add(runner.client().submit("f", JsonNodeFactory.instance.numberNode(i)));
          }
          answerAll();
          return listed(runner).size() <= runs.size() - 60;
        });
    runner.process().kill();

    Runner back = start("one", Duration.ofSeconds(2));

    until(
        () -> {
          answerAll();
          return listed(back).isEmpty();
        });
    until(() -> kept().stream().noneMatch(key -> runs.stream().anyMatch(key::contains)));
  }

  private void answerAll() throws Exception {
    List<StageTask> tasks = worker.all();
    tasks.subList(answered, tasks.size()).forEach(task -> worker.succeed(task, "w", "1"));
    answered = tasks.size();
  }

  private static List<RunSummary> listed(Runner runner) {
    return runner.client().runs(RunQuery.all().atMost(1000)).items();
  }

  /** What the state stores of all runners hold, by the keys in their changelogs. */
  private Set<String> kept() {
    Map<String, Boolean> kept = new HashMap<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrap()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> changelogs = new ArrayList<>();
      for (String store : List.of(Stores.ENTRIES, Stores.LIST, Stores.MISSING, Stores.DEADLINES)) {
        String topic = topics.prefix() + "runner-" + store + "-changelog";
        consumer
            .partitionsFor(topic)
            .forEach(info -> changelogs.add(new TopicPartition(topic, info.partition())));
      }
      consumer.assign(changelogs);
      consumer.seekToBeginning(changelogs);
      Map<TopicPartition, Long> ends = consumer.endOffsets(changelogs);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(
                record ->
                    kept.put(
                        record.topic() + new String(record.key(), StandardCharsets.ISO_8859_1),
                        record.value() != null));
      }
    }
    kept.values().removeIf(is -> !is);
    return kept.keySet();
  }

  private void untilBothShowAllOf(int runs, Runner one, Runner two) throws Exception {
    untilRuns(runs);
    Set<String> fired = worker.runs();
    until(() -> missing(one).containsAll(fired) && missing(two).containsAll(fired));
  }

  private void untilRuns(int count) {
    until(() -> worker.runs().size() >= count);
  }

  private static Set<String> missing(Runner runner) {
    Set<String> runs = new HashSet<>();
    MissingQuery query = MissingQuery.all().becauseOf("NO_WORKERS").atMost(5);
    while (query != null) {
      Page<MissingCompletion> page = runner.client().missing(query);
      page.items().forEach(each -> runs.add(each.runId()));
      query = page.nextCursor() == null ? null : query.from(page.nextCursor());
    }
    return runs;
  }

  private static String label(Runner runner, String run) {
    return runner.client().run(run).orElseThrow().labels().get(ScheduledAt.LABEL);
  }

  /** A worker has to have been there, for its handlers to be known. */
  private void apply(Runner runner, String settings) {
    worker.announce("w", "small");
    until(() -> !runner.client().pools().isEmpty());
    worker.leave("w");
    answer(() -> runner.client().apply("f", ONE_STAGE.formatted(settings)));
  }

  private Runner start(String name, Duration retention) throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    List<String> args =
        List.of(
            broker.bootstrap(),
            topics.prefix(),
            folder.resolve(topics.prefix() + name).toString(),
            Integer.toString(port),
            retention.toString());
    ChildSpec spec =
        ChildSpec.of(topics.prefix() + name, RunnerMain.class, args, Path.of("target", "runners"))
            .withJvmArgs(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    Runner runner =
        new Runner(
            ChildProcess.start(spec), FlowClient.of(URI.create("http://127.0.0.1:" + port)));
    runners.add(runner);
    return runner;
  }

  private static <T> T answer(Callable<T> question) {
    List<T> answers = new ArrayList<>();
    until(() -> answers.add(question.call()));
    return answers.get(0);
  }

  private static void until(Callable<Boolean> condition) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptionsMatching( // while partitions are handed over
            e ->
                e instanceof RunnerUnreachableException
                    || (e instanceof ProblemException problem && problem.status() == 503))
        .until(condition);
  }
}
