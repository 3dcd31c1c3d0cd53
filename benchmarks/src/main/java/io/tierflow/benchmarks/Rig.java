package io.tierflow.benchmarks;

import com.github.f4b6a3.ulid.UlidCreator;
import io.tierflow.handler.Handlers;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.topics.TopicNames;
import io.tierflow.worker.FetchMode;
import io.tierflow.worker.Worker;
import io.tierflow.worker.WorkerClock;
import io.tierflow.worker.WorkerConfig;
import io.tierflow.worker.WorkerStartException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * One coordinator with a worker and a client, on topics of its own. Coordinator, worker and client
 * share this JVM whichever coordinator it is, and only one rig is up at a time.
 */
final class Rig implements AutoCloseable {

  private static final Duration JOIN_LIMIT = Duration.ofSeconds(60);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>(); // closed last first
  private final Map<String, ThreadGroup> groups = new HashMap<>();
  private RunClient client; // set when started
  private CpuMeter cpu; // set when started

  private Rig() {}

  /**
   * What the two sides have in common.
   *
   * @param chain the flow
   * @param fetchMode how the worker takes tasks
   * @param slots of the worker
   */
  record Setup(Chain chain, FetchMode fetchMode, int slots) {}

  /** Starts everything; returns when a submitted run would be worked at once. */
  static Rig start(Lab lab, Coordinator.Kind kind, Setup setup) throws InterruptedException {
    String word = kind.name().toLowerCase(Locale.ROOT);
    TopicNames names = new TopicNames(word + "-" + freshRunId() + ".");
    Rig rig = new Rig();
    try {
      rig.parts.push(rig.startPart("coordinator", () -> kind.start(lab, names, setup.chain())));
      rig.parts.push(rig.startPart("worker", () -> worker(lab, names, setup)));
      rig.client = rig.startPart("client", () -> RunClient.start(lab, names, setup.chain()));
      rig.parts.push(rig.client);
      rig.cpu = new CpuMeter(lab.brokerPid(), rig.groups);
      return rig;
    } catch (RuntimeException | InterruptedException e) {
      try {
        rig.close();
      } catch (RuntimeException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
  }

  /** An id as the runner itself gives. */
  static String freshRunId() {
    return UlidCreator.getMonotonicUlid().toString();
  }

  RunClient client() {
    return client;
  }

  /** What its parts use. */
  CpuMeter cpu() {
    return cpu;
  }

  private <T> T startPart(String name, Callable<T> start) throws InterruptedException {
    ThreadGroup group = new ThreadGroup(name);
    groups.put(name, group);
    return CpuMeter.startIn(group, start);
  }

  @Override
  public void close() {
    RuntimeException failed = null;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) { // none of the parts declares one of its own
        failed = failed == null ? new IllegalStateException(e.getMessage(), e) : failed;
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  private static Worker worker(Lab lab, TopicNames names, Setup setup) throws InterruptedException {
    WorkerConfig config =
        WorkerConfig.builder()
            .bootstrap(lab.bootstrap())
            .topicPrefix(names.prefix())
            .resourceClass(Chain.RESOURCE_CLASS)
            .fetchMode(setup.fetchMode())
            .slots(setup.slots())
            .build();
    Worker worker =
        new Worker(
            config,
            Handlers.load(Rig.class.getClassLoader()).and(WaitingRuns.handlers()),
            new SingleObjectCodec(),
            new WorkerClock(lab.clocks().wall(), lab.clocks().nanos()));
    try {
      worker.start();
      if (!worker.awaitSubscribed(JOIN_LIMIT)) {
        throw new IllegalStateException(
            "the worker's slots did not subscribe within " + JOIN_LIMIT.toSeconds() + " s");
      }
      return worker;
    } catch (WorkerStartException e) {
      worker.close();
      throw new IllegalStateException(e.getMessage(), e);
    } catch (RuntimeException | InterruptedException e) {
      worker.close();
      throw e;
    }
  }
}
