package io.tierflow.embedded;

import io.tierflow.process.ParentWatch;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * A process that is one node of a cluster, as {@link ClusterLayout} starts it: {@code NodeMain
 * FOLDER NODE PORTS CONTROLLER_PORTS [SETTING=VALUE]...}. Prints {@code ready HOST:PORT} when it
 * serves clients, and ends in good order on SIGTERM.
 */
public final class NodeMain {

  private static final int FIXED_ARGS = 4;

  private NodeMain() {}

  /** Runs a node until the process is told to end. */
  public static void main(String[] args) throws InterruptedException {
    ParentWatch.startIfChild();
    Map<String, String> overrides = new HashMap<>();
    for (String setting : List.of(args).subList(FIXED_ARGS, args.length)) {
      int equals = setting.indexOf('=');
      overrides.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    EmbeddedNode node =
        new EmbeddedNode(
            new NodeSettings(
                Integer.parseInt(args[1]),
                Path.of(args[0]),
                ports(args[2]),
                ports(args[3]),
                overrides));
    try {
      node.start();
    } catch (BrokerStartException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
    FatalFaults.endProcess();
    Runtime.getRuntime().addShutdownHook(new Thread(node::stop, "node-stop"));
    System.out.println("ready " + node.address());
    System.out.flush();
    new CountDownLatch(1).await();
  }

  private static List<Integer> ports(String list) {
    return Stream.of(list.split(",")).map(Integer::valueOf).toList();
  }
}
