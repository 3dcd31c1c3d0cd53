package io.tierflow.embedded;

import io.tierflow.process.ChildSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A cluster whose nodes are processes of their own, each broker and controller at once: its folder
 * is made ready and its ports are chosen, so that {@link #node} can be started, killed and started
 * again. Immutable.
 *
 * @param dataDir folder of all nodes' data and, in {@code logs}, of their output
 * @param ports the clients' listeners on 127.0.0.1, by node
 * @param controllerPorts the controllers' listeners, by node
 */
public record ClusterLayout(Path dataDir, List<Integer> ports, List<Integer> controllerPorts) {

  /** A node that goes in good order hands its partitions over first, unlike a single broker. */
  private static final String HANDS_OVER = "controlled.shutdown.enable=true";

  /** Copies the lists. */
  public ClusterLayout {
    ports = List.copyOf(ports);
    controllerPorts = List.copyOf(controllerPorts);
  }

  /**
   * Makes a folder ready for {@code count} nodes on free ports.
   *
   * @throws BrokerStartException if it cannot be written, or was made for another count of nodes
   */
  public static ClusterLayout prepare(Path dataDir, int count) {
    Path folder = dataDir.toAbsolutePath().normalize();
    ClusterStorage.prepare(folder, count);
    List<Integer> ports = Ports.resolve("Kafka", "--port", 0, 2 * count);
    return new ClusterLayout(folder, ports.subList(0, count), ports.subList(count, 2 * count));
  }

  /** Addresses of all nodes, for {@code bootstrap.servers}. */
  public String bootstrap() {
    return ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
  }

  /**
   * The process of one node, which must be started beside the others of a new cluster: it is ready
   * when most of them are up.
   *
   * @param name of the process
   * @param number 0 to the count of nodes - 1
   * @param overrides Kafka broker settings that replace the embedded defaults
   */
  public ChildSpec node(String name, int number, Map<String, String> overrides) {
    List<String> args = new ArrayList<>();
    args.add(dataDir.resolve("node-" + number).toString());
    args.add(Integer.toString(number));
    args.add(list(ports));
    args.add(list(controllerPorts));
    args.add(HANDS_OVER);
    overrides.forEach((setting, value) -> args.add(setting + "=" + value));
    return ChildSpec.of(name, NodeMain.class, args, dataDir.resolve("logs"))
        .withJvmArgs(BrokerProcess.JVM_ARGS);
  }

  private static String list(List<Integer> ports) {
    return ports.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
