package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.client.ApiJson;
import io.tierflow.client.DeadLetterQuery;
import io.tierflow.client.DeadLetterSelection;
import io.tierflow.client.DeadLetterView;
import io.tierflow.client.FlowClient;
import io.tierflow.client.MissingCompletion;
import io.tierflow.client.MissingQuery;
import io.tierflow.client.Page;
import io.tierflow.client.ProblemException;
import io.tierflow.client.RunQuery;
import io.tierflow.client.RunSummary;
import io.tierflow.client.RunView;
import io.tierflow.client.RunnerUnreachableException;
import io.tierflow.machine.schedule.ScheduledAt;
import io.tierflow.process.ChildProcess;
import io.tierflow.process.ChildSpec;
import io.tierflow.runner.cli.ClientCommands;
import io.tierflow.runner.cli.ExitCodes;
import io.tierflow.schemas.StageTask;
import io.tierflow.testkafka.KafkaTest;
import io.tierflow.testkafka.TestKafka;
import io.tierflow.testkafka.TopicContents;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.topics.TopicNames;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Runners that are processes and are killed (kill -9), on a real broker. */
@KafkaTest
class KilledRunnerTest {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String ONE_STAGE =
      """
      flow: f
      class: small
      %spipelines: {p: {stages: [{stage: s, handler: echo}]}}
      """;

  private static final String TWO_STAGES =
      """
      flow: f
      class: small
      retry: {attempts: 2, backoff: 10ms..10ms}
      pipelines: {p: {stages: [{stage: a, handler: echo}, {stage: b, handler: echo}]}}
      """;

  private static final DeadLetterQuery ALL_LETTERS = DeadLetterQuery.of(DeadLetterSelection.all());

  @TempDir private static Path folder;
  private static TestKafka broker;

  private final List<Runner> runners = new ArrayList<>();
  private TopicNames topics;
  private ScriptedWorker worker;
  private int answered;

  private record Runner(ChildProcess process, FlowClient client, String url) {}

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

    until(this::bothOwnPartitions);
    untilBothShowAllOf(5, one, two);
    one.process().kill();
    untilRuns(worker.runs().size() + 3);
    Runner back = start("one", Duration.ofDays(1));
    untilBothShowAllOf(worker.runs().size() + 1, back, two);
    two.process().kill();
    untilRuns(worker.runs().size() + 3);

    apply(back, "");
    // What lay in the partitions of the killed one comes when they are taken over.
    until(() -> isOneForEachSecond(dueTimes(back)));
    Set<String> fired = worker.runs();
    until(() -> missing(back).containsAll(fired));
  }

  @Test
  void itGoesOnFromEachStepWhetherItIsKilledBeforeOrAfterIt() throws Exception {
    Runner runner = start("one", Duration.ofDays(1));
    worker = new ScriptedWorker(broker.bootstrap(), topics, "small");
    define(runner, TWO_STAGES);
    String good = submit(runner);
    String bad = submit(runner);
    String slow = submit(runner);
    untilSent(good, "p/a#1");
    untilSent(bad, "p/a#1");
    untilSent(slow, "p/a#1");
    String late = submit(runner); // its task may or may not be sent yet

    runner.process().kill();
    worker.succeed(task(good, "p/a#1"), "w", "1");
    worker.fail(task(bad, "p/a#1"), "w", "once");
    worker.start(task(slow, "p/a#1"), "w", Instant.now());
    Runner second = start("one", Duration.ofDays(1));
    untilSent(late, "p/a#1");
    untilSent(good, "p/a#1 p/b#1");
    untilSent(bad, "p/a#1 p/a#2");
    until(() -> stage(second, slow).equals("RUNNING"));

    second.process().kill();
    worker.succeed(task(good, "p/b#1"), "w", "2");
    worker.fail(task(bad, "p/a#2"), "w", "twice");
    worker.succeed(task(slow, "p/a#1"), "w", "1");
    Runner third = start("one", Duration.ofDays(1));
    until(() -> state(third, good).equals("SUCCEEDED"));
    until(() -> state(third, bad).equals("FAILED"));
    untilSent(slow, "p/a#1 p/b#1");

    third.process().kill();
    worker.succeed(task(slow, "p/b#1"), "w", "2");
    Runner fourth = start("one", Duration.ofDays(1));
    until(() -> state(fourth, slow).equals("SUCCEEDED"));
    assertThat(answer(() -> state(fourth, good))).isEqualTo("SUCCEEDED");
    assertThat(answer(() -> state(fourth, bad))).isEqualTo("FAILED");
    assertThat(answer(() -> state(fourth, late))).isEqualTo("RUNNING");
    assertThat(List.of(sent(good), sent(bad), sent(slow), sent(late)))
        .containsExactly("p/a#1 p/b#1", "p/a#1 p/a#2", "p/a#1 p/b#1", "p/a#1");
    assertThat(answer(() -> fourth.client().deadLetters(ALL_LETTERS)).items())
        .extracting(DeadLetterView::runId)
        .containsOnly(bad);
  }

  /** A killed runner may send a task twice, under the same number: that counts once here. */
  private String sent(String run) throws Exception {
    return Arrays.stream(worker.sent(run).split(" ")).distinct().collect(Collectors.joining(" "));
  }

  private void untilSent(String run, String tasks) {
    until(() -> sent(run).equals(tasks));
  }

  private StageTask task(String run, String name) throws Exception {
    return worker.tasks(run).get(Arrays.asList(worker.sent(run).split(" ")).indexOf(name));
  }

  private static String submit(Runner runner) {
    return answer(() -> runner.client().submit("f", JsonNodeFactory.instance.numberNode(1)));
  }

  private static String state(Runner runner, String run) {
    return runner.client().run(run).map(RunView::state).orElse("not there yet");
  }

  private static String stage(Runner runner, String run) {
    return runner.client().run(run).orElseThrow().pipelines().get(0).stages().get(0).state();
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
    until(() -> kept(runs).isEmpty());
  }

  private void answerAll() throws Exception {
    List<StageTask> tasks = worker.all();
    tasks.subList(answered, tasks.size()).forEach(task -> worker.succeed(task, "w", "1"));
    answered = tasks.size();
  }

  private static List<RunSummary> listed(Runner runner) {
    return runner.client().runs(RunQuery.all().atMost(1000)).items();
  }

  /**
   * What the runs' stores of all runners hold, by the keys in their changelogs. The look of a run,
   * among the deadlines, is dropped only when it comes.
   */
  private Set<String> kept(Set<String> runs) {
    Map<String, Boolean> kept = new HashMap<>();
    for (String store : List.of(Stores.ENTRIES, Stores.LIST, Stores.MISSING)) {
      TopicContents.forEach(
          broker.bootstrap(),
          topics.runnerGroup() + "-" + store + "-changelog",
          record ->
              kept.put(
                  record.topic() + new String(record.key(), StandardCharsets.ISO_8859_1),
                  record.value() != null));
    }
    kept.values().removeIf(is -> !is);
    kept.keySet().removeIf(key -> runs.stream().noneMatch(key::contains));
    return kept.keySet();
  }

  private void untilBothShowAllOf(int runs, Runner one, Runner two) throws Exception {
    untilRuns(runs);
    Set<String> fired = worker.runs();
    until(() -> missing(one).containsAll(fired) && missing(two).containsAll(fired));
    for (Runner each : List.of(one, two)) {
      until(() -> listedOnTheCommandLine(each).containsAll(fired));
    }
  }

  private boolean bothOwnPartitions() throws Exception {
    String group = topics.runnerGroup();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
      return admin
              .describeConsumerGroups(List.of(group))
              .describedGroups()
              .get(group)
              .get()
              .members()
              .stream()
              .filter(
                  member ->
                      member.assignment().topicPartitions().stream()
                          .anyMatch(each -> each.topic().equals(topics.commands())))
              .map(member -> member.clientId().replaceAll("-StreamThread.*", ""))
              .distinct()
              .count()
          == 2;
    }
  }

  private static Set<String> listedOnTheCommandLine(Runner runner) throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = ClientCommands.addTo(new CommandLine(new Top()));
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode =
        commandLine.execute("missing", "--json", "--limit", "1000", "--runner", runner.url());
    if (exitCode == ExitCodes.UNREACHABLE) { // while partitions are handed over
      return Set.of();
    }
    assertThat(exitCode).as(err.toString()).isZero();
    return Set.copyOf(
        ApiJson.mapper().readTree(out.toString()).path("items").findValuesAsText("runId"));
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

  private SortedSet<Instant> dueTimes(Runner runner) throws UndecodableException {
    SortedSet<Instant> due = new TreeSet<>();
    for (String run : worker.runs()) {
      Instant at = Instant.parse(answer(() -> label(runner, run)));
      assertThat(run).isEqualTo(ScheduledRuns.id("f", at));
      due.add(at);
    }
    return due;
  }

  private static boolean isOneForEachSecond(SortedSet<Instant> due) {
    return Duration.between(due.first(), due.last()).toSeconds() + 1 == due.size();
  }

  /** A worker has to have been there, for its handlers to be known. */
  private void apply(Runner runner, String settings) {
    define(runner, ONE_STAGE.formatted(settings));
  }

  private void define(Runner runner, String flow) {
    worker.announce("w", "small");
    until(() -> !runner.client().pools().isEmpty());
    worker.leave("w");
    answer(() -> runner.client().apply("f", flow));
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
    String url = "http://127.0.0.1:" + port;
    Runner runner = new Runner(ChildProcess.start(spec), FlowClient.of(URI.create(url)), url);
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

  @Command(name = "tierflow")
  private static final class Top {}
}
