package io.tierflow.standalone.guarantees;

import io.tierflow.client.FlowClient;
import io.tierflow.embedded.ClusterLayout;
import io.tierflow.embedded.Ports;
import io.tierflow.process.ChildSpec;
import io.tierflow.standalone.Main;
import io.tierflow.standalone.faults.TestSystem;
import io.tierflow.standalone.process.ProcessSupervisor;
import io.tierflow.standalone.process.RestartPolicy;
import io.tierflow.standalone.process.SupervisedChild;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Brokers, runners and workers of the class {@code small}, each a process of its own that can be
 * killed, frozen, restarted and, where the machine allows it, cut off from Kafka. None is started
 * again by itself. Logs stay in {@code target/faults}. Thread-safe.
 */
final class FaultCluster implements AutoCloseable {

  /** Starting everything side by side takes long where the machine is busy. */
  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  private static final List<String> RUNNER_JVM = List.of("-Xmx512m", "-XX:+UseSerialGC");
  private static final List<String> WORKER_JVM = List.of("-Xmx256m", "-XX:+UseSerialGC");

  private final Path folder;
  private final Size size;
  private final ClusterLayout layout;
  private final List<Integer> namedPorts;
  private final Network network;
  private final ProcessSupervisor supervisor;
  private final Map<String, SupervisedChild> children = new LinkedHashMap<>();
  private final List<FlowClient> clients = new ArrayList<>();

  /**
   * How many processes.
   *
   * @param brokers 1, or 3 for copies of everything
   * @param runners each with standbys of the others' runs, where there are others
   * @param workers of the class {@code small}
   * @param slots of each worker
   */
  record Size(int brokers, int runners, int workers, int slots) {

    List<String> brokerNames() {
      return IntStream.range(0, brokers).mapToObj(Network::broker).toList();
    }

    List<String> runnerNames() {
      return names("runner-", runners);
    }

    List<String> workerNames() {
      return names("worker-", workers);
    }

    private static List<String> names(String kind, int count) {
      return IntStream.rangeClosed(1, count).mapToObj(number -> kind + number).toList();
    }
  }

  private FaultCluster(Path folder, Size size) {
    this.folder = folder;
    this.size = size;
    this.layout = ClusterLayout.prepare(folder.resolve("kafka"), size.brokers());
    this.namedPorts =
        IntStream.range(0, size.brokers())
            .mapToObj(node -> Ports.requireFree("Kafka", "--port", 0))
            .toList();
    this.network =
        new Network(
            folder.resolve("hosts"),
            IntStream.range(0, size.brokers())
                .mapToObj(node -> List.of(namedPorts.get(node), layout.controllerPorts().get(node)))
                .toList());
    this.supervisor = new ProcessSupervisor(RestartPolicy.never(), System.out::println);
  }

  /** Starts everything on an empty folder and returns when it can take work. */
  static FaultCluster start(String name, Size size) throws IOException {
    Path folder = Path.of("target", "faults", name).toAbsolutePath();
    TestSystem.delete(folder);
    FaultCluster cluster = new FaultCluster(folder, size);
    try {
      cluster.startAll();
      return cluster;
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void startAll() throws IOException {
    List<ChildSpec> nodes = new ArrayList<>();
    for (int node = 0; node < size.brokers(); node++) {
      nodes.add(broker(node));
    }
    start(nodes);
    // One kind after the other: a runner that waits for Kafka gives up after 15 s, and on a busy
    // machine that is soon over beside all the others.
    List<ChildSpec> runners = new ArrayList<>();
    for (String name : size.runnerNames()) {
      runners.add(runner(name));
    }
    start(runners);
    List<ChildSpec> workers = new ArrayList<>();
    for (String name : size.workerNames()) {
      workers.add(worker(name));
    }
    start(workers);
    int slots = size.workers() * size.slots();
    for (FlowClient client : clients) {
      TestSystem.patiently()
          .until(
              client::pools, pools -> pools.stream().mapToInt(pool -> pool.slots()).sum() == slots);
    }
  }

  private void start(List<ChildSpec> specs) {
    supervisor.startAll(specs).forEach(child -> children.put(child.name(), child));
  }

  /** Kafka's addresses for who looks on: never cut. */
  String bootstrap() {
    return layout.bootstrap();
  }

  /** One client for each runner. */
  List<FlowClient> clients() {
    return List.copyOf(clients);
  }

  SupervisedChild child(String name) {
    return children.get(name);
  }

  /** Lets nothing more through between a process and the brokers, for a broker the others. */
  void cut(String name) {
    network.cut(name);
  }

  /** Lets everything through again. */
  void mend(String name) {
    network.mend(name);
  }

  /** The processes that have ended by themselves. */
  List<String> dead() {
    return children.values().stream()
        .filter(child -> !child.isAlive())
        .map(SupervisedChild::name)
        .toList();
  }

  private ChildSpec broker(int node) throws IOException {
    String name = Network.broker(node);
    Map<String, String> settings = new LinkedHashMap<>();
    int port = layout.ports().get(node);
    int controller = layout.controllerPorts().get(node);
    int named = namedPorts.get(node);
    settings.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,NAMED://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
            .formatted(port, named, controller));
    settings.put(
        "advertised.listeners",
        "PLAINTEXT://127.0.0.1:%d,NAMED://%s:%d".formatted(port, name, named));
    settings.put(
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,NAMED:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("inter.broker.listener.name", "NAMED");
    settings.put(
        "controller.quorum.voters",
        IntStream.range(0, size.brokers())
            .mapToObj(
                each ->
                    each + "@" + Network.broker(each) + ":" + layout.controllerPorts().get(each))
            .collect(Collectors.joining(",")));
    ChildSpec spec = layout.node(name, node, settings);
    return inNetwork(spec, spec.jvmArgs());
  }

  private ChildSpec runner(String name) throws IOException {
    int port = Ports.requireFree("the HTTP API", "--http-port", 0);
    clients.add(FlowClient.of(URI.create("http://127.0.0.1:" + port)));
    List<String> args = new ArrayList<>(List.of("runner", "--bootstrap", named()));
    args.addAll(List.of("--http-port", Integer.toString(port)));
    args.addAll(List.of("--data", folder.resolve(name).toString(), "--class", "small"));
    args.addAll(List.of("--standby-replicas", size.runners() > 1 ? "1" : "0"));
    return spec(name, args, RUNNER_JVM);
  }

  private ChildSpec worker(String name) throws IOException {
    List<String> args = new ArrayList<>(List.of("worker", "--bootstrap", named()));
    args.addAll(List.of("--class", "small", "--slots", Integer.toString(size.slots())));
    return spec(name, args, WORKER_JVM);
  }

  private ChildSpec spec(String name, List<String> args, List<String> jvm) throws IOException {
    return inNetwork(ChildSpec.of(name, Main.class, args, folder.resolve("logs")), jvm);
  }

  private ChildSpec inNetwork(ChildSpec spec, List<String> jvm) throws IOException {
    List<String> options = new ArrayList<>(jvm);
    options.addAll(network.join(spec.name()));
    return spec.withJvmArgs(options).withStartLimit(START_LIMIT);
  }

  private String named() {
    return IntStream.range(0, size.brokers())
        .mapToObj(node -> Network.broker(node) + ":" + namedPorts.get(node))
        .collect(Collectors.joining(","));
  }

  @Override
  public void close() throws IOException {
    supervisor.close();
    network.close();
  }
}
