package io.tierflow.standalone.broker;

import io.tierflow.embedded.BrokerConfig;
import io.tierflow.embedded.BrokerMain;
import io.tierflow.embedded.BrokerStartException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code broker}: one Kafka broker in this process. */
@Command(
    name = "broker",
    mixinStandardHelpOptions = true,
    description = {
      "Run a Kafka broker (KRaft, one node, on 127.0.0.1) for development and small set-ups.",
      "Prints 'ready HOST:PORT' when it serves clients; SIGTERM ends it in good order."
    },
    footerHeading = "%nExample:%n",
    footer = "  tierflow broker --data /var/lib/tierflow/kafka --port 9092")
public final class BrokerCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "Where topics are kept; a folder used before is taken up again.")
  private Path data;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "9092",
      description = "The clients' port; 0 takes a free one. Default: ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = "--controller-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "The controller's port; 0, the default, takes a free one.")
  private int controllerPort;

  @Override
  public Integer call() throws InterruptedException {
    BrokerConfig config;
    try {
      config = BrokerConfig.in(data).withPort(port).withControllerPort(controllerPort);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    try {
      BrokerMain.serve(config);
      return 0;
    } catch (BrokerStartException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return 1;
    }
  }
}
