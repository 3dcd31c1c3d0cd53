package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.client.MissingView;
import io.tierflow.client.RunView;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.TaskKey;
import io.tierflow.schemas.StageTask;
import io.tierflow.testkafka.KafkaTest;
import io.tierflow.testkafka.TestKafka;
import io.tierflow.testkafka.TopicContents;
import io.tierflow.wire.topics.TopicNames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the runner makes of state that lacks something, on a real broker: made by deleting records
 * of its changelogs while it is stopped. Its clock then runs ahead, so that nothing is waited for.
 */
@KafkaTest
class DamagedStateTest {

  private static final String TWO_STAGES =
      """
      flow: two
      class: small
      retry: {attempts: 2, backoff: 20m..20m}
      timeout: {hand-over: 0s, heartbeat: 20m}
      pipelines:
        p:
          stages:
            - {stage: a, handler: echo}
            - {stage: b, handler: echo}
      """;

  /** A broker refuses what comes from more than an hour ahead. */
  private static final Duration MOST = Duration.ofMinutes(55);

  @TempDir private Path folder;
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
  private final InstantSource clock = () -> InstantSource.system().instant().plus(ahead.get());
  private final TopicNames topics = new TopicNames("damaged.");
  private final Map<String, Map<Bytes, ConsumerRecord<byte[], byte[]>>> kept = new HashMap<>();
  private TestKafka broker;
  private RunnerEngine engine;
  private ScriptedWorker worker;

  @BeforeEach
  void start() {
    broker = TestKafka.start(folder.resolve("broker"));
    engine = startEngine("one");
    worker = new ScriptedWorker(broker.bootstrap(), topics, "small");
  }

  @AfterEach
  void stop() {
    worker.close();
    engine.close();
    broker.close();
  }

  @Test
  void whatLacksAnEndIsFlaggedAndWhatIsDueIsSentAgain() throws Exception {
    String ended = submit();
    worker.succeed(task(ended, "p/a#1"), "w", "1");
    worker.succeed(task(ended, "p/b#1"), "w", "2");
    until(() -> engine.run(ended).orElseThrow().endedAt() != null);
    String ends = submit();
    worker.succeed(task(ends, "p/a#1"), "w", "1");
    StageTask last = task(ends, "p/b#1");
    String stuck = submit();
    task(stuck, "p/a#1");
    String retried = submit();
    worker.fail(task(retried, "p/a#1"), "w", "once");
    until(() -> stage(retried).equals("RETRYING"));
    String silent = submit();
    worker.handOver(task(silent, "p/a#1"), "w", Duration.ofMinutes(20));
    until(() -> stage(silent).equals("RUNNING"));

    engine.close();
    lose(Stores.ENTRIES, entry(ended, "b")::equals);
    lose(Stores.ENTRIES, entry(ends, "a")::equals);
    lose(Stores.ENTRIES, entry(stuck, "a")::equals);
    lose(Stores.DEADLINES, key -> names(key, retried, "RETRY"));
    lose(Stores.DEADLINES, key -> names(key, silent, "HEARTBEAT"));
    ahead.set(Duration.ofMinutes(45));
    engine = startEngine("two"); // an empty folder: the changelogs are all there is

    worker.succeed(last, "w", "2");
    until(() -> flags(ends).equals(List.of("UNACCOUNTED a")));
    assertThat(engine.run(ends).orElseThrow().state()).isEqualTo("SUCCEEDED");
    untilLater(() -> flags(ended).equals(List.of("UNACCOUNTED b")));
    untilLater(() -> worker.sent(stuck).equals("p/a#1 p/a#1"));
    assertThat(raised(stuck)).contains("UNACCOUNTED null");
    untilLater(() -> worker.sent(retried).equals("p/a#1 p/a#2"));
    untilLater(() -> worker.sent(silent).equals("p/a#1 p/a#2"));
    assertThat(raised(silent)).contains("HEARTBEAT_LOST a");

    worker.succeed(worker.tasks(stuck).get(1), "w", "1");
    worker.succeed(task(stuck, "p/b#1"), "w", "2");
    until(() -> engine.run(stuck).orElseThrow().endedAt() != null);
    assertThat(engine.run(stuck).orElseThrow().state()).isEqualTo("SUCCEEDED");
    assertThat(flags(stuck)).isEmpty();
  }

  private static Bytes entry(String run, String stage) {
    return StoreKeys.entry(run, EntryKey.of(TaskKey.of("p", stage)));
  }

  private static boolean names(Bytes key, String run, String kind) {
    String text = new String(key.get(), StandardCharsets.ISO_8859_1);
    return text.contains(run + "\0" + kind + "\0");
  }

  /** Deletes what a changelog holds under the one key that is meant. */
  private void lose(String store, Predicate<Bytes> key) throws Exception {
    String topic = topics.runnerGroup() + "-" + store + "-changelog";
    List<ConsumerRecord<byte[], byte[]>> lost =
        kept.computeIfAbsent(topic, this::read).entrySet().stream()
            .filter(each -> key.test(each.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    assertThat(lost).hasSize(1);
    TopicContents.add(
        broker.bootstrap(),
        new ProducerRecord<>(topic, lost.get(0).partition(), lost.get(0).key(), null));
  }

  /** The newest record of each key that is not deleted. */
  private Map<Bytes, ConsumerRecord<byte[], byte[]>> read(String topic) {
    Map<Bytes, ConsumerRecord<byte[], byte[]>> newest = new HashMap<>();
    TopicContents.forEach(
        broker.bootstrap(), topic, record -> newest.put(Bytes.wrap(record.key()), record));
    newest.values().removeIf(record -> record.value() == null);
    return newest;
  }

  private RunnerEngine startEngine(String name) {
    return RunnerEngine.start(
        TestEngines.config(broker.bootstrap(), topics, folder.resolve(name), "small"),
        clock,
        new SimpleMeterRegistry());
  }

  private String submit() {
    String name = engine.apply(FlowReader.read("test.yaml", TWO_STAGES, Catalog.UNCHECKED)).name();
    return engine.submit(name, new byte[] {'1'}, Map.of(), Optional.empty());
  }

  private StageTask task(String run, String name) throws Exception {
    until(() -> Arrays.asList(worker.sent(run).split(" ")).contains(name));
    return worker.tasks(run).get(Arrays.asList(worker.sent(run).split(" ")).indexOf(name));
  }

  private String stage(String run) {
    return engine.run(run).orElseThrow().pipelines().get(0).stages().get(0).state();
  }

  /** What stands. */
  private List<String> flags(String run) {
    return flags(run, flag -> flag.clearedAt() == null);
  }

  /** What stands or has stood: the clock runs fast, and the next look may have cleared it. */
  private List<String> raised(String run) {
    return flags(run, flag -> true);
  }

  private List<String> flags(String run, Predicate<MissingView> which) {
    RunView view = engine.run(run).orElseThrow();
    return view.missing().stream()
        .filter(which)
        .filter(flag -> !List.of("NO_WORKERS", "NOT_PICKED_UP").contains(flag.reason()))
        .map(flag -> flag.reason() + " " + flag.stage())
        .toList();
  }

  /**
   * Waits by the runner's clock: it goes on by some seconds at each look, but no faster than a slow
   * runner reads, for whom a command that does not come back for minutes is lost.
   */
  private void untilLater(Callable<Boolean> condition) {
    until(
        Duration.ofMillis(500),
        () -> {
          ahead.updateAndGet(time -> time.compareTo(MOST) < 0 ? time.plusSeconds(11) : time);
          return condition.call();
        });
  }

  private static void until(Callable<Boolean> condition) {
    until(Duration.ofMillis(50), condition);
  }

  private static void until(Duration interval, Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(60)).pollInterval(interval).until(condition);
  }
}
