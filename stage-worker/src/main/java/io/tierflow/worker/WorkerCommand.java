package io.tierflow.worker;

import io.tierflow.handler.Handlers;
import io.tierflow.wire.WireCodecs;
import io.tierflow.worker.handlers.HandlersFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code worker}: runs a worker for each class until the process is told to stop. */
@Command(
    name = "worker",
    mixinStandardHelpOptions = true,
    description = "Works the tasks of one or several resource classes until it is stopped.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "1:Kafka or the schema registry refuses what the worker needs",
      "2:the command line, a setting or a handlers' jar is not valid",
      "3:Kafka or the schema registry cannot be reached",
      "130:stopped by SIGINT (Ctrl-C), in an orderly way",
      "143:stopped by SIGTERM, in an orderly way"
    },
    footer = {
      "",
      "Stopping it lets running tasks end within the grace time and gives the others back."
    })
public final class WorkerCommand implements Callable<Integer> {

  private static final int REFUSED = 1;
  private static final int USAGE = 2;
  private static final int UNREACHABLE = 3;

  @Spec private CommandSpec spec;

  @Mixin private WorkerOptions options;

  @Override
  public Integer call() throws InterruptedException {
    List<WorkerConfig> configs;
    List<Worker> workers;
    WorkerOptions all;
    MetricsServer metrics;
    WorkerGroup group;
    try {
      Map<String, String> environment = System.getenv();
      all =
          WorkerOptions.of(
              spec.commandLine().getParseResult(), options.pool(environment), environment);
      configs = all.configs();
      workers = workers(all, configs);
      group = new WorkerGroup(workers);
      metrics = metrics(all, group);
    } catch (IllegalArgumentException e) {
      spec.commandLine().getErr().println("worker: " + e.getMessage());
      return USAGE;
    }
    for (int i = 0; metrics != null && i < workers.size(); i++) {
      workers.get(i).bindTo(metrics.ofClass(configs.get(i).resourceClass()));
    }
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  group.close();
                  stopped.countDown();
                },
                "worker-stop"));
    try {
      group.start();
    } catch (WorkerStartException e) {
      spec.commandLine().getErr().println("worker: " + e.getMessage());
      return switch (e.reason()) {
        case UNREACHABLE -> UNREACHABLE;
        case INVALID -> USAGE;
        case REFUSED -> REFUSED;
      };
    } catch (InterruptedException e) { // stopped before it had started; the signal says the code
      stopped.await();
      return 0;
    }
    while (!group.awaitSubscribed(Duration.ofMinutes(1))) {
      spec.commandLine().getErr().println("worker: still waiting for the share group");
    }
    tellReady(configs, workers);
    stopped.await();
    return 0;
  }

  private void tellReady(List<WorkerConfig> configs, List<Worker> workers) {
    for (int i = 0; i < workers.size(); i++) {
      spec.commandLine()
          .getOut()
          .println(
              "ready worker "
                  + workers.get(i).id()
                  + " class "
                  + configs.get(i).resourceClass()
                  + " slots "
                  + configs.get(i).slots());
    }
    spec.commandLine().getOut().flush();
  }

  private static MetricsServer metrics(WorkerOptions options, WorkerGroup group) {
    return options.metricsPort().isEmpty()
        ? null
        : MetricsServer.start(options.metricsHost(), options.metricsPort().get(), group::isReady);
  }

  private static List<Worker> workers(WorkerOptions options, List<WorkerConfig> configs) {
    // Users' classes that run in processes of their own are not loaded in this one.
    boolean processes = configs.get(0).isolation().isPresent();
    Handlers handlers = processes ? Handlers.of(List.of()) : handlers(options.handlersFolder());
    WorkerClock clock = new WorkerClock(InstantSource.system(), System::nanoTime);
    List<Worker> workers = new ArrayList<>();
    for (WorkerConfig config : configs) {
      workers.add(new Worker(config, handlers, WireCodecs.from(options.kafka()), clock));
    }
    return workers;
  }

  private static Handlers handlers(Optional<Path> folder) {
    ClassLoader own = WorkerCommand.class.getClassLoader();
    return folder.map(it -> HandlersFolder.load(it, own)).orElseGet(() -> Handlers.load(own));
  }
}
