package io.tierflow.standalone.failover;

import io.tierflow.client.FlowClient;
import io.tierflow.client.PoolView;
import io.tierflow.embedded.BrokerConfig;
import io.tierflow.embedded.EmbeddedBroker;
import io.tierflow.embedded.Ports;
import io.tierflow.process.ChildProcess;
import io.tierflow.process.ChildSpec;
import io.tierflow.standalone.Main;
import io.tierflow.standalone.faults.TestSystem;
import io.tierflow.wire.topics.TopicNames;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;

/** A broker, two runners that are each other's standby, and two workers of one slot. */
final class FailoverSystem implements AutoCloseable {

  static final String LANE = "small";
  private static final int EACH = 2;

  private final TopicNames names = TopicNames.ofDefaults();
  private final Path folder;
  private final EmbeddedBroker broker;
  private final Admin admin;
  private final List<FlowClient> clients = new ArrayList<>();
  private final List<ChildSpec> runnerSpecs = new ArrayList<>();
  private final List<ChildProcess> runners = new ArrayList<>();
  private final List<ChildSpec> workerSpecs = new ArrayList<>();
  private final List<ChildProcess> workers = new ArrayList<>();

  /**
   * Starts everything.
   *
   * @param overrides settings of the broker in place of those that are shipped
   */
  static FailoverSystem start(Map<String, String> overrides) throws Exception {
    Path folder = Path.of("target", "failover").toAbsolutePath();
    TestSystem.delete(folder);
    Files.createDirectories(folder);
    FailoverSystem system =
        new FailoverSystem(
            folder,
            EmbeddedBroker.start(
                BrokerConfig.in(folder.resolve("kafka")).withOverrides(overrides)));
    try {
      system.startAll();
      return system;
    } catch (Exception e) {
      system.close();
      throw e;
    }
  }

  private FailoverSystem(Path folder, EmbeddedBroker broker) {
    this.folder = folder;
    this.broker = broker;
    this.admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
  }

  private void startAll() throws Exception {
    for (int i = 0; i < EACH; i++) {
      int port = Ports.requireFree("the HTTP API", "--http-port", 0);
      clients.add(FlowClient.of(URI.create("http://127.0.0.1:" + port)));
      runnerSpecs.add(runner(i, port));
      workerSpecs.add(worker(i));
    }
    runnerSpecs.forEach(spec -> runners.add(ChildProcess.start(spec)));
    workerSpecs.forEach(spec -> workers.add(ChildProcess.start(spec)));
    awaitWhole();
  }

  TopicNames names() {
    return names;
  }

  String bootstrap() {
    return broker.bootstrap();
  }

  FlowClient client() {
    return clients.get(0);
  }

  /** Which runner has the runs of a partition. */
  int owner(int partition) throws Exception {
    return owners(partition).iterator().next();
  }

  void killRunner(int number) {
    runners.get(number).kill();
  }

  /** Kills the worker with this id. */
  void killWorker(String id) {
    for (ChildProcess worker : workers) {
      if (worker.isAlive() && worker.readyLine().contains(id)) {
        worker.kill();
        return;
      }
    }
    throw new IllegalStateException("found no living worker " + id);
  }

  /** Starts again what is dead, and waits until both runners have runs and both workers serve. */
  void mend() throws Exception {
    for (int i = 0; i < EACH; i++) {
      if (!runners.get(i).isAlive()) {
        runners.set(i, ChildProcess.start(runnerSpecs.get(i)));
      }
      if (!workers.get(i).isAlive()) {
        workers.set(i, ChildProcess.start(workerSpecs.get(i)));
      }
    }
    awaitWhole();
  }

  private void awaitWhole() {
    TestSystem.patiently().until(() -> owners(0, 1, 2, 3).size() == EACH);
    Set<String> alive = new HashSet<>();
    workers.forEach(worker -> alive.add(worker.readyLine()));
    for (FlowClient each : clients) {
      TestSystem.patiently()
          .until(
              each::pools,
              pools ->
                  alive.stream()
                      .allMatch(line -> pools.stream().anyMatch(pool -> serves(pool, line))));
    }
  }

  private static boolean serves(PoolView pool, String readyLine) {
    return readyLine.contains(pool.worker());
  }

  /** The runners that have these partitions, where Kafka's group of them is at rest. */
  private Set<Integer> owners(int... partitions) throws Exception {
    ConsumerGroupDescription group = describe();
    Set<Integer> owners = new HashSet<>();
    if (group.groupState() != GroupState.STABLE) {
      return owners;
    }
    for (int partition : partitions) {
      TopicPartition commands = new TopicPartition(names.commands(), partition);
      for (MemberDescription member : group.members()) {
        if (member.assignment().topicPartitions().contains(commands)) {
          owners.add(runnerOf(member));
        }
      }
    }
    return owners;
  }

  private ConsumerGroupDescription describe() throws ExecutionException, InterruptedException {
    String group = names.runnerGroup();
    return admin.describeConsumerGroups(List.of(group)).describedGroups().get(group).get();
  }

  private int runnerOf(MemberDescription member) throws IOException {
    String id = member.groupInstanceId().orElseThrow();
    for (int i = 0; i < EACH; i++) {
      if (id.startsWith(Files.readString(data(i).resolve("instance-id")).strip())) {
        return i;
      }
    }
    throw new IllegalStateException("found the runner " + id + ", which is none of these");
  }

  private Path data(int number) {
    return folder.resolve("runner-" + number);
  }

  private ChildSpec runner(int number, int port) {
    List<String> args = new ArrayList<>(List.of("runner", "--bootstrap", broker.bootstrap()));
    args.addAll(List.of("--data", data(number).toString(), "--standby-replicas", "1"));
    args.addAll(List.of("--http-port", Integer.toString(port), "--class", LANE));
    return child("runner-" + number, "-Xmx512m", args);
  }

  private ChildSpec worker(int number) {
    List<String> args = new ArrayList<>(List.of("worker", "--bootstrap", broker.bootstrap()));
    args.addAll(List.of("--class", LANE, "--slots", "1"));
    return child("worker-" + number, "-Xmx256m", args);
  }

  private ChildSpec child(String name, String heap, List<String> args) {
    return ChildSpec.of(name, Main.class, args, folder.resolve("logs"))
        .withJvmArgs(List.of(heap, "-XX:+UseSerialGC"));
  }

  @Override
  public void close() {
    workers.forEach(ChildProcess::close);
    runners.forEach(ChildProcess::close);
    admin.close();
    broker.close();
  }
}
