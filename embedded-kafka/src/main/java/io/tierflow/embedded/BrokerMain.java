package io.tierflow.embedded;

import io.tierflow.process.ParentWatch;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * A process that is a broker: {@code BrokerMain DATA_DIR PORT CONTROLLER_PORT}. Prints {@code ready
 * HOST:PORT} when it serves clients, and ends in good order on SIGTERM.
 */
public final class BrokerMain {

  private BrokerMain() {}

  /** Runs a broker until the process is told to end. */
  public static void main(String[] args) throws InterruptedException {
    ParentWatch.startIfChild();
    BrokerConfig config =
        BrokerConfig.in(Path.of(args[0]))
            .withPort(Integer.parseInt(args[1]))
            .withControllerPort(Integer.parseInt(args[2]));
    try {
      serve(config);
    } catch (BrokerStartException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  /**
   * Runs a broker in this process until it is told to end; never returns.
   *
   * @throws BrokerStartException if it could not be started
   */
  public static void serve(BrokerConfig config) throws InterruptedException {
    EmbeddedBroker broker = EmbeddedBroker.start(config);
    // From here on a broker that cannot live is a process that ends, as its users expect.
    FatalFaults.endProcess();
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-stop"));
    System.out.println("ready " + broker.bootstrap());
    System.out.flush();
    new CountDownLatch(1).await();
  }
}
