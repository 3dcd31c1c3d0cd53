package io.tierflow.standalone.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.client.PoolView;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.handler.Handlers;
import io.tierflow.runner.engine.EngineConfig;
import io.tierflow.runner.engine.RunnerEngine;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.testkafka.KafkaTest;
import io.tierflow.testkafka.TestKafka;
import io.tierflow.testkafka.TopicContents;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.UndecodableException;
import io.tierflow.worker.Worker;
import io.tierflow.worker.WorkerClock;
import io.tierflow.worker.WorkerConfig;
import io.tierflow.worker.resilience.ResilienceReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server that is down for a while, called by a real worker. */
@KafkaTest
class DownstreamOutageTest {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration OUTAGE = Duration.ofSeconds(30);
  private static final int RUNS = 30;

  @TempDir private Path folder;
  private final AtomicBoolean down = new AtomicBoolean(true);
  private final AtomicInteger calls = new AtomicInteger();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private HttpServer server;
  private TestKafka broker;
  private RunnerEngine engine;
  private Worker worker;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          calls.incrementAndGet();
          byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          boolean fails = down.get() || exchange.getRequestURI().getPath().equals("/bad");
          exchange.sendResponseHeaders(fails ? 500 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    broker = TestKafka.start(folder.resolve("broker"));
    engine =
        RunnerEngine.start(
            new EngineConfig(
                broker.bootstrap(),
                "tierflow.",
                folder.resolve("runner"),
                "http://127.0.0.1:1",
                Set.of("small"),
                0,
                Map.of()),
            InstantSource.system(),
            new SimpleMeterRegistry());
    Path guards =
        Files.writeString(
            folder.resolve("resilience.yaml"),
            "http-get: {breaker: {minimum: 4, calls: 10, wait: 1s, probes: 2}}\n");
    worker =
        new Worker(
            WorkerConfig.builder()
                .bootstrap(broker.bootstrap())
                .resourceClass("small")
                .slots(3)
                .resilience(ResilienceReader.read(guards))
                .build(),
            Handlers.load(DownstreamOutageTest.class.getClassLoader()),
            new SingleObjectCodec(),
            new WorkerClock(InstantSource.system(), System::nanoTime));
    worker.bindTo(meters);
    worker.start();
    applyCalls("calls", "");
    applyCalls("bad", "bad");
    apply(
        """
        flow: other
        class: small
        pipelines: {p: {stages: [{stage: a, handler: echo}]}}
        """);
  }

  @AfterEach
  void stop() throws Exception {
    worker.close();
    engine.close();
    broker.close();
    server.stop(0);
  }

  @Test
  void whileTheServerIsDownItsTasksWaitOthersGoOnAndThenAllButTheBadOneSucceed() throws Exception {
    Instant began = Instant.now();
    List<String> runs = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      runs.add(submit("calls"));
    }
    String bad = submit("bad");
    until(() -> breaker().equals("OPEN"));
    until(() -> runs.stream().allMatch(run -> stage(run).attempts().size() > 1));

    String other = submit("other");
    until(() -> engine.run(other).orElseThrow().state().equals("SUCCEEDED"));

    await().pollDelay(OUTAGE).atMost(LIMIT).until(() -> true);
    assertThat(runs).allSatisfy(run -> assertThat(state(run)).isEqualTo("RUNNING"));
    assertThat(state(bad)).isEqualTo("RUNNING");
    assertThat(pool().deferred()).isGreaterThan(RUNS);
    int whileDown = calls.get();
    long seconds = Duration.between(began, Instant.now()).toSeconds() + 1;
    assertThat((long) whileDown)
        .as("calls before it opened, and probes")
        .isLessThan(20 + 2 * seconds);
    assertThat(meters.get("resilience4j.circuitbreaker.state").tag("name", "http-get").gauges())
        .isNotEmpty();

    down.set(false);
    until(() -> runs.stream().allMatch(run -> state(run).equals("SUCCEEDED")));

    until(() -> state(bad).equals("FAILED")); // it is to blame itself, now that others do well
    until(() -> breaker().equals("CLOSED"));
    until(() -> engine.poolClasses().get(0).lag() == 0); // by the brokers' own count
    assertThat(engine.poolClasses().get(0).endedPerSecond()).isPositive();
    assertThat(calls.get() - whileDown).isGreaterThanOrEqualTo(RUNS);
    assertThat(runs)
        .allSatisfy(
            run ->
                assertThat(stage(run).attempts())
                    .filteredOn(attempt -> attempt.failure() != null)
                    .filteredOn(attempt -> !attempt.failure().kind().equals("DEFERRED"))
                    .as("what used an attempt")
                    .hasSizeLessThan(3));
    assertThat(lettersOfRuns()).as("the runs in the dead letters").containsExactly(bad);

    List<String> later = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      later.add(submit("calls"));
    }
    until(() -> later.stream().allMatch(run -> state(run).equals("SUCCEEDED")));
    assertThat(later)
        .as("tasks that were done as they came")
        .allSatisfy(run -> assertThat(stage(run).attempts()).hasSize(1));
  }

  private List<String> lettersOfRuns() throws UndecodableException {
    List<String> runs = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record :
        TopicContents.of(broker.bootstrap(), "tierflow.dead-letters")) {
      runs.add(
          new SingleObjectCodec()
              .decode(record.topic(), record.value(), DeadLetter.class)
              .getRunId());
    }
    return runs;
  }

  private void applyCalls(String flow, String path) {
    apply(
        """
        flow: %s
        class: small
        pipelines:
          p:
            stages:
              - stage: get
                handler: http-get
                with: {url: "http://127.0.0.1:%d/%s"}
                retry: {attempts: 3, backoff: 200ms}
        """
            .formatted(flow, server.getAddress().getPort(), path));
  }

  private void apply(String flow) {
    engine.apply(FlowReader.read("test.yaml", flow, Catalog.UNCHECKED));
  }

  private String submit(String flow) {
    return engine.submit(flow, "{}".getBytes(StandardCharsets.UTF_8), Map.of(), Optional.empty());
  }

  private String state(String run) {
    return engine.run(run).map(RunView::state).orElse("");
  }

  private StageView stage(String run) {
    return engine.run(run).orElseThrow().pipelines().get(0).stages().get(0);
  }

  private PoolView pool() {
    return engine.pools().get(0);
  }

  private String breaker() {
    return engine.pools().stream()
        .map(pool -> pool.breakers().getOrDefault("http-get", ""))
        .findFirst()
        .orElse("");
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(condition);
  }
}
