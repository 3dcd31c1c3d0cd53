package io.tierflow.standalone.faults;

import static org.awaitility.Awaitility.await;

import io.tierflow.client.FlowClient;
import io.tierflow.client.PoolView;
import io.tierflow.client.ProblemException;
import io.tierflow.client.RunView;
import io.tierflow.client.RunnerUnreachableException;
import io.tierflow.client.StageView;
import io.tierflow.standalone.Main;
import io.tierflow.standalone.dev.DevCluster;
import io.tierflow.standalone.dev.DevConfig;
import io.tierflow.standalone.process.SupervisedChild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;

/**
 * Broker, runner and workers as processes of their own, left dead when they die. The folder with
 * their logs stays after the test.
 */
public final class TestSystem implements AutoCloseable {

  /** Generous: what is awaited comes much sooner, except on a machine that is busy elsewhere. */
  static final Duration LIMIT = Duration.ofSeconds(90);

  private final DevCluster cluster;
  private final FlowClient client;

  private TestSystem(DevCluster cluster) {
    this.cluster = cluster;
    this.client = FlowClient.of(cluster.httpUrl());
  }

  public static TestSystem start(Class<?> test, Map<String, Integer> pools) throws IOException {
    Path dataDir = Path.of("target", "faults", test.getSimpleName());
    delete(dataDir);
    return startOn(dataDir, pools);
  }

  /** On the data that a folder has. */
  static TestSystem startOn(Path dataDir, Map<String, Integer> pools) {
    DevConfig config = DevConfig.in(dataDir).withPools(pools);
    DevCluster cluster = DevCluster.prepare(config, Main.class, message -> {});
    cluster.start();
    TestSystem system = new TestSystem(cluster);
    int slots = pools.values().stream().mapToInt(Integer::intValue).sum();
    system.awaitSlots(slots);
    return system;
  }

  public DevCluster cluster() {
    return cluster;
  }

  public FlowClient client() {
    return client;
  }

  /** Starts these processes again if they are dead. */
  public void revive(String... names) {
    for (String name : names) {
      if (!cluster.child(name).isAlive()) {
        cluster.child(name).restart();
      }
    }
  }

  /** Waits until the runner lists so many slots: a new worker's, or no more those of a dead one. */
  public List<PoolView> awaitSlots(int slots) {
    return patiently()
        .until(client::pools, pools -> pools.stream().mapToInt(PoolView::slots).sum() == slots);
  }

  /** The process of the worker with this id. */
  SupervisedChild workerProcess(String workerId, List<String> names) {
    long pid =
        client.pools().stream()
            .filter(pool -> pool.worker().equals(workerId))
            .findFirst()
            .orElseThrow()
            .pid();
    return names.stream()
        .map(cluster::child)
        .filter(child -> child.pid() == pid)
        .findFirst()
        .orElseThrow();
  }

  RunView awaitRun(String id, Predicate<RunView> condition) {
    return awaitRun(client, id, condition);
  }

  // A run is safe before it is to be seen, and partitions may be on their way between runners.
  static RunView awaitRun(FlowClient from, String id, Predicate<RunView> condition) {
    return patiently()
        .until(() -> from.run(id), found -> found.filter(condition).isPresent())
        .orElseThrow();
  }

  RunView awaitEnd(String id) {
    return awaitRun(id, run -> FlowClient.ENDED.contains(run.state()));
  }

  /** The stage of a run named {@code pipeline/stage}. */
  static StageView stage(RunView run, String path) {
    return run.pipelines().stream()
        .flatMap(
            pipeline ->
                pipeline.stages().stream()
                    .filter(stage -> path.equals(pipeline.name() + "/" + stage.name())))
        .findFirst()
        .orElseThrow();
  }

  /** Waits over the time in which a runner is gone or takes its runs over. */
  public static ConditionFactory patiently() {
    return await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptionsMatching(
            e ->
                e instanceof RunnerUnreachableException
                    || (e instanceof ProblemException problem && problem.status() == 503));
  }

  /** For the report of the tests: how long a recovery took. */
  static void tell(String what, long sinceNanos) {
    System.out.printf("%s: %d ms%n", what, (System.nanoTime() - sinceNanos) / 1_000_000);
  }

  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Override
  public void close() {
    cluster.close();
  }
}
