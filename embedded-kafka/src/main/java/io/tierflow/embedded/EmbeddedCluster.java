package io.tierflow.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka cluster of one or more nodes in this JVM, each broker and controller at once.
 *
 * <p>Topics and records outlive {@link #close()}: a cluster started on the same data folder has
 * them again. Replication factors are 3 with three nodes (2 in sync), else the count of nodes.
 * Every node keeps its ports as long as this object lives. Thread-safe.
 */
public final class EmbeddedCluster implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCluster.class);

  /** A port found free may be taken before the broker binds it: look for others, a few times. */
  private static final int START_TRIES = 3;

  private final List<EmbeddedNode> nodes;
  private final DataFolderLock lock;

  private EmbeddedCluster(List<EmbeddedNode> nodes, DataFolderLock lock) {
    this.nodes = List.copyOf(nodes);
    this.lock = lock;
  }

  /**
   * Starts {@code count} nodes and returns when all of them serve clients: 3–4 s for one, 7–12 s
   * for three on two cores.
   *
   * @throws PortInUseException if a port of {@code config} is taken
   * @throws BrokerStartException if the data folder doesn't fit, another cluster has it, or a node
   *     fails to start
   * @throws IllegalArgumentException if {@code count} is less than 1
   */
  public static EmbeddedCluster start(BrokerConfig config, int count) {
    if (count < 1) {
      throw new IllegalArgumentException("nodes: found " + count + ", expected at least 1");
    }
    DataFolderLock lock = DataFolderLock.take(config.dataDir());
    try {
      return start(config, count, lock);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static EmbeddedCluster start(BrokerConfig config, int count, DataFolderLock lock) {
    FatalFaults.becomeExceptions();
    ClusterStorage storage = ClusterStorage.prepare(config.dataDir(), count);
    boolean portsAreFree = config.port() == 0 || config.controllerPort() == 0;
    for (int tries = 1; ; tries++) {
      EmbeddedCluster cluster = new EmbeddedCluster(layOut(config, count, storage), lock);
      try {
        cluster.startAll();
        return cluster;
      } catch (BrokerStartException e) {
        cluster.stopAll();
        if (!portsAreFree || tries == START_TRIES || !e.toString().contains("failed to bind")) {
          throw e;
        }
        LOG.warn("a free port was taken before the broker had it; choosing others", e);
      }
    }
  }

  /** Addresses of all nodes, for {@code bootstrap.servers}. */
  public String bootstrap() {
    return nodes.stream().map(EmbeddedNode::address).collect(Collectors.joining(","));
  }

  /** How many nodes the cluster has, whether they run or not. */
  public int size() {
    return nodes.size();
  }

  /** Stops node {@code id} (0 to size - 1) in good order; nothing if it doesn't run. */
  public void stopNode(int id) {
    nodes.get(id).stop();
  }

  /** Starts node {@code id} again on its data and ports; nothing if it runs. */
  public void startNode(int id) {
    nodes.get(id).start();
  }

  /** Stops all nodes. The data stays. May be called again. */
  @Override
  public void close() {
    stopAll();
    lock.close();
  }

  private static List<EmbeddedNode> layOut(BrokerConfig config, int count, ClusterStorage storage) {
    List<Integer> ports = Ports.resolve("Kafka clients", "--port", config.port(), count);
    List<Integer> controllerPorts = controllerPorts(config, count, ports);
    List<EmbeddedNode> nodes = new ArrayList<>();
    for (int id = 0; id < count; id++) {
      nodes.add(
          new EmbeddedNode(
              new NodeSettings(
                  id, storage.nodeDir(id), ports, controllerPorts, config.overrides())));
    }
    return nodes;
  }

  private static List<Integer> controllerPorts(
      BrokerConfig config, int count, List<Integer> taken) {
    while (true) {
      List<Integer> ports =
          Ports.resolve("Kafka controllers", "--controller-port", config.controllerPort(), count);
      if (ports.stream().noneMatch(taken::contains)) {
        return ports;
      }
      if (config.controllerPort() != 0) {
        throw new BrokerStartException(
            "controller ports "
                + ports
                + " overlap the clients' ports "
                + taken
                + "; choose others with --controller-port PORT (0 takes a free one)");
      }
    }
  }

  private void stopAll() {
    onEveryNode(EmbeddedNode::stop);
  }

  private void startAll() {
    onEveryNode(EmbeddedNode::start);
  }

  private void onEveryNode(Consumer<EmbeddedNode> action) {
    // On threads of their own: a node waits in its start until the quorum stands, and in its stop
    // until another node leads its partitions.
    List<CompletableFuture<Void>> running =
        IntStream.range(0, nodes.size())
            .mapToObj(
                id ->
                    CompletableFuture.runAsync(
                        () -> action.accept(nodes.get(id)),
                        task -> new Thread(task, "embedded-kafka-" + id).start()))
            .toList();
    try {
      CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof BrokerStartException known) {
        throw known;
      }
      throw new BrokerStartException("a node failed: " + e.getCause(), e.getCause());
    }
  }
}
