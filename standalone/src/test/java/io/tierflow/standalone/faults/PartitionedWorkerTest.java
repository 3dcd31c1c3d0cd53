package io.tierflow.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.client.AttemptView;
import io.tierflow.client.MissingView;
import io.tierflow.client.RunView;
import io.tierflow.embedded.BrokerConfig;
import io.tierflow.embedded.EmbeddedBroker;
import io.tierflow.embedded.Ports;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.handler.Handlers;
import io.tierflow.runner.engine.EngineConfig;
import io.tierflow.runner.engine.RunnerEngine;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.worker.Worker;
import io.tierflow.worker.WorkerClock;
import io.tierflow.worker.WorkerConfig;
import io.tierflow.worker.WorkerTimes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of a task whose worker is cut off from the broker while it works, and of what it
 * says once the network is back. Each of two workers of one slot has a cable of its own.
 */
class PartitionedWorkerTest {

  private static final String[] NAMES = {"FIRST", "SECOND"};

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;
  private static RunnerEngine engine;
  private static final List<CutCable> cables = new ArrayList<>();
  private static final List<Worker> workers = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    int port = free();
    int controllerPort = free();
    StringBuilder listeners = new StringBuilder("PLAINTEXT://127.0.0.1:" + port);
    StringBuilder advertised = new StringBuilder(listeners);
    StringBuilder protocols = new StringBuilder("PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    int[] ends = new int[NAMES.length];
    for (int i = 0; i < NAMES.length; i++) {
      int behind = free();
      ends[i] = free();
      cables.add(new CutCable(ends[i], behind));
      listeners.append("," + NAMES[i] + "://127.0.0.1:" + behind);
      // Clients are told to come to the cable's end, also for everything after the first request.
      advertised.append("," + NAMES[i] + "://127.0.0.1:" + ends[i]);
      protocols.append("," + NAMES[i] + ":PLAINTEXT");
    }
    broker =
        EmbeddedBroker.start(
            BrokerConfig.in(folder.resolve("broker"))
                .withPort(port)
                .withControllerPort(controllerPort)
                .withOverrides(
                    Map.of(
                        "listeners", listeners + ",CONTROLLER://127.0.0.1:" + controllerPort,
                        "advertised.listeners", advertised.toString(),
                        "listener.security.protocol.map", protocols.toString())));
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
    for (int end : ends) {
      workers.add(worker("127.0.0.1:" + end));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    for (CutCable cable : cables) {
      cable.mend();
    }
    for (Worker worker : workers) {
      worker.close();
    }
    for (CutCable cable : cables) {
      cable.close();
    }
    engine.close();
    broker.close();
  }

  @Test
  void losesItsHeartbeatSoThatAnotherDoesTheHandedOverTask() throws Exception {
    String id = submit("handed-over", "timeout: {hand-over: 0s, heartbeat: 2s}");
    String holder = awaitHolder(id);
    CutCable cable = cable(holder);

    cable.cut();
    try {
      RunView run = await(id, seen -> seen.endedAt() != null);

      assertThat(run.state()).isEqualTo("SUCCEEDED");
      assertThat(run.missing()).extracting(MissingView::reason).containsExactly("HEARTBEAT_LOST");
      assertThat(nap(run))
          .extracting(AttemptView::number, AttemptView::state)
          .containsExactly(tuple(1, "FAILED"), tuple(2, "SUCCEEDED"));
      assertThat(nap(run).get(1).worker()).isNotEqualTo(holder);
    } finally {
      cable.mend();
    }

    assertUnchanged(id, holder);
  }

  @Test
  void losesItsLockSoThatAnotherDoesTheSameAttempt() throws Exception {
    String id = submit("locked", "retry: {attempts: 1}");
    String holder = awaitHolder(id);
    CutCable cable = cable(holder);

    cable.cut();
    try {
      RunView run = await(id, seen -> seen.endedAt() != null);

      assertThat(run.state()).isEqualTo("SUCCEEDED");
      assertThat(nap(run)).extracting(AttemptView::number).containsExactly(1);
      assertThat(nap(run).get(0).worker()).isNotEqualTo(holder);
    } finally {
      cable.mend();
    }

    assertUnchanged(id, holder);
  }

  /**
   * The one that was cut off does other work again: what it still said of the attempt counts as
   * stale, and changed nothing.
   */
  private static void assertUnchanged(String id, String worker) throws Exception {
    RunView before = engine.run(id).orElseThrow();
    Awaitility.await()
        .atMost(TestSystem.LIMIT)
        .until(
            () -> {
              String next = submit("idle", "retry: {attempts: 1}", "echo");
              return nap(await(next, run -> run.endedAt() != null)).get(0).worker();
            },
            worker::equals);
    RunView after = engine.run(id).orElseThrow();
    assertThat(after.pipelines()).isEqualTo(before.pipelines());
    assertThat(after.output()).isEqualTo(before.output());
  }

  private static String submit(String flow, String settings) throws Exception {
    return submit(flow, settings, "sleep, with: {for: 3s}");
  }

  private static String submit(String flow, String settings, String handler) throws Exception {
    String text =
        """
        flow: %s
        class: small
        pipelines:
          p:
            stages: [{stage: nap, handler: %s, %s}]
        """
            .formatted(flow, handler, settings);
    engine.apply(FlowReader.read(flow, text, Catalog.UNCHECKED));
    byte[] input = "\"kept\"".getBytes(StandardCharsets.UTF_8);
    return engine.submit(flow, input, Map.of(), Optional.empty());
  }

  private static String awaitHolder(String id) {
    RunView run = await(id, seen -> !nap(seen).isEmpty() && nap(seen).get(0).worker() != null);
    return nap(run).get(0).worker();
  }

  private static List<AttemptView> nap(RunView run) {
    return TestSystem.stage(run, "p/nap").attempts();
  }

  private static RunView await(String id, Predicate<RunView> condition) {
    return Awaitility.await()
        .atMost(TestSystem.LIMIT)
        .until(() -> engine.run(id), run -> run.filter(condition).isPresent())
        .orElseThrow();
  }

  private static CutCable cable(String worker) {
    return cables.get(workers.get(0).id().equals(worker) ? 0 : 1);
  }

  private static Worker worker(String bootstrap) throws Exception {
    Worker worker =
        new Worker(
            WorkerConfig.builder()
                .bootstrap(bootstrap)
                .resourceClass("small")
                .slots(1)
                .times(WorkerTimes.ofDefaults().withLock(Duration.ofSeconds(3)))
                .build(),
            Handlers.load(PartitionedWorkerTest.class.getClassLoader()),
            new SingleObjectCodec(),
            new WorkerClock(InstantSource.system(), System::nanoTime));
    worker.start();
    return worker;
  }

  private static int free() {
    return Ports.requireFree("a test's broker", "--port", 0);
  }
}
