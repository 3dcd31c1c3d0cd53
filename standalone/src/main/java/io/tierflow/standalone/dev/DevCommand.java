package io.tierflow.standalone.dev;

import io.tierflow.embedded.BrokerStartException;
import io.tierflow.process.ChildStartException;
import io.tierflow.runner.cli.WebhookUrl;
import io.tierflow.standalone.Main;
import io.tierflow.standalone.process.RestartPolicy;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dev}: broker, runner and pools until the user stops them. */
@Command(
    name = "dev",
    mixinStandardHelpOptions = true,
    description = {
      "Run everything on this machine: broker, runner and worker pools, as processes of their own.",
      "Prints 'ready URL' when it can take work; Ctrl-C stops all. Data is kept for the next time.",
      "From a script, stop it with SIGTERM: shells let background jobs ignore SIGINT (Ctrl-C)."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tierflow dev",
      "  tierflow dev --http-port 8090 --kafka-port 0 --pool small=4 --pool large=2"
    })
public final class DevCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "The runner's port; 0 takes a free one. Default: ${DEFAULT-VALUE}")
  private int httpPort;

  @Option(
      names = "--kafka-port",
      paramLabel = "PORT",
      defaultValue = "9092",
      description = "The broker's port; 0 takes a free one. Default: ${DEFAULT-VALUE}")
  private int kafkaPort;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".tierflow/dev",
      description = "Folder of all data and logs. Default: ${DEFAULT-VALUE}")
  private Path data;

  @Option(
      names = "--pool",
      paramLabel = "CLASS=SLOTS",
      description = "A worker pool; repeatable. Default: --pool small=7 --pool large=1")
  private Map<String, Integer> pools = new LinkedHashMap<>();

  @Option(
      names = "--isolation",
      paramLabel = "KIND",
      defaultValue = "thread",
      description =
          "Where handlers run: thread, or process, each in 512 MiB. Default: ${DEFAULT-VALUE}")
  private String isolation;

  @Option(
      names = "--in-process-slots",
      paramLabel = "N",
      defaultValue = "2",
      description = {
        "Slots inside the runner for stages with 'launcher: in-process', for each pool's class;",
        "0 for none. Default: ${DEFAULT-VALUE}"
      })
  private int inProcessSlots;

  @Option(
      names = "--ssh",
      paramLabel = "FILE",
      description = "The machines for stages with 'launcher: ssh', see the command runner.")
  private Path ssh;

  @Option(
      names = "--alert-webhook",
      paramLabel = "URL",
      converter = WebhookUrl.class,
      description = "Where what is missing is posted to as JSON, beside the log; repeatable.")
  private List<URI> alertWebhooks = List.of();

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    try (DevCluster cluster = prepare(err)) {
      Thread stop = new Thread(cluster::close, "dev-stop");
      Runtime.getRuntime().addShutdownHook(stop);
      say(err, "starting broker, runner and pools; logs in " + cluster.logDir());
      cluster.start();
      PrintWriter out = spec.commandLine().getOut();
      out.println("ready " + cluster.httpUrl());
      out.flush();
      say(err, "Kafka is at " + cluster.bootstrap() + "; Ctrl-C stops everything");
      new CountDownLatch(1).await();
      return 0;
    } catch (BrokerStartException | ChildStartException e) {
      say(err, e.getMessage());
      return 1;
    }
  }

  private DevCluster prepare(PrintWriter err) {
    try {
      DevConfig config =
          new DevConfig(
              data,
              httpPort,
              kafkaPort,
              pools.isEmpty() ? DevConfig.defaultPools() : pools,
              RestartPolicy.always(),
              new DevConfig.RunnerSetup(inProcessSlots, Optional.ofNullable(ssh), alertWebhooks),
              workerOptions());
      return DevCluster.prepare(config, Main.class, message -> say(err, message));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private List<String> workerOptions() {
    if (!isolation.equals("thread") && !isolation.equals("process")) {
      throw new IllegalArgumentException(
          "isolation '" + isolation + "': expected thread or process");
    }
    return List.of("--isolation", isolation);
  }

  private static void say(PrintWriter err, String message) {
    err.println(message);
    err.flush();
  }
}
