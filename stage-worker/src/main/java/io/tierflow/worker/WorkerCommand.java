package io.tierflow.worker;

import io.tierflow.handler.Handlers;
import io.tierflow.wire.SettingsFile;
import io.tierflow.wire.WireCodecs;
import io.tierflow.wire.topics.TopicNames;
import io.tierflow.worker.handlers.HandlersFolder;
import io.tierflow.worker.isolation.IsolationSettings;
import io.tierflow.worker.resilience.ResilienceReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code worker}: runs one worker until the process is told to stop. */
@Command(
    name = "worker",
    mixinStandardHelpOptions = true,
    description = "Works the tasks of one resource class until it is stopped.",
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

  @Option(
      names = "--bootstrap",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Kafka's bootstrap servers.")
  private String bootstrap;

  @Option(
      names = "--class",
      required = true,
      paramLabel = "CLASS",
      description = "The resource class to work for.")
  private String resourceClass;

  @Option(
      names = "--slots",
      defaultValue = "1",
      paramLabel = "N",
      description = "How many tasks run at once, 1 to 200; default ${DEFAULT-VALUE}.")
  private int slots;

  @Option(names = "--handlers", paramLabel = "DIR", description = "A folder of handlers' jars.")
  private Path handlersFolder;

  @Option(
      names = "--fetch-mode",
      defaultValue = "auto",
      paramLabel = "MODE",
      description = "single, batch or auto; default ${DEFAULT-VALUE}.")
  private String fetchMode;

  @Option(
      names = "--topic-prefix",
      defaultValue = TopicNames.DEFAULT_PREFIX,
      paramLabel = "PREFIX",
      description = "What every topic's name begins with; default ${DEFAULT-VALUE}")
  private String topicPrefix;

  @Option(
      names = "--grace-seconds",
      defaultValue = "30",
      paramLabel = "S",
      description = "How long tasks may go on at a stop; default ${DEFAULT-VALUE}.")
  private long graceSeconds;

  @Option(
      names = "--max-output-bytes",
      paramLabel = "N",
      description = "The largest output; default 64 MiB. A larger one fails its stage.")
  private int maxOutputBytes = WorkerConfig.DEFAULT_MAX_OUTPUT_BYTES;

  @Option(
      names = "--resilience",
      paramLabel = "FILE",
      description = {
        "Circuit breakers, rate limits, bulkheads and time limits, a YAML file: an object from",
        "handlers' names to {breaker, rate, bulkhead, time-limit}."
      })
  private Path resilience;

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description = {
        "Further settings of every Kafka client, a properties file; with",
        "schema.registry.url in it, records are written through that registry."
      })
  private Path kafkaConfig;

  @Mixin private IsolationOptions isolation;

  @Override
  public Integer call() throws InterruptedException {
    Worker worker;
    try {
      worker = make();
    } catch (IllegalArgumentException e) {
      spec.commandLine().getErr().println("worker: " + e.getMessage());
      return USAGE;
    }
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  worker.close();
                  stopped.countDown();
                },
                "worker-stop"));
    try {
      worker.start();
    } catch (WorkerStartException e) {
      spec.commandLine().getErr().println("worker: " + e.getMessage());
      return switch (e.reason()) {
        case UNREACHABLE -> UNREACHABLE;
        case INVALID -> USAGE;
        case REFUSED -> REFUSED;
      };
    }
    while (!worker.awaitSubscribed(Duration.ofMinutes(1))) {
      spec.commandLine().getErr().println("worker: still waiting for the share group");
    }
    spec.commandLine()
        .getOut()
        .println("ready worker " + worker.id() + " class " + resourceClass + " slots " + slots);
    spec.commandLine().getOut().flush();
    stopped.await();
    return 0;
  }

  private Worker make() {
    WorkerConfig.Builder config =
        WorkerConfig.builder()
            .bootstrap(bootstrap)
            .resourceClass(resourceClass)
            .slots(slots)
            .fetchMode(FetchMode.parse(fetchMode))
            .topicPrefix(topicPrefix)
            .maxOutputBytes(maxOutputBytes)
            .grace(Duration.ofSeconds(graceSeconds))
            .kafka("request.timeout.ms", "10000")
            .kafka("default.api.timeout.ms", "15000");
    Map<String, String> kafka = kafkaConfig == null ? Map.of() : SettingsFile.read(kafkaConfig);
    kafka.forEach(config::kafka);
    if (resilience != null) {
      config.resilience(ResilienceReader.read(resilience));
    }
    Optional<IsolationSettings> processes = isolation.settings(slots, handlersFolder);
    processes.ifPresent(config::isolation);
    // Users' classes that run in processes of their own are not loaded in this one.
    Handlers handlers = processes.isPresent() ? Handlers.of(List.of()) : handlers();
    return new Worker(
        config.build(),
        handlers,
        WireCodecs.from(kafka),
        new WorkerClock(InstantSource.system(), System::nanoTime));
  }

  private Handlers handlers() {
    ClassLoader own = WorkerCommand.class.getClassLoader();
    return handlersFolder == null ? Handlers.load(own) : HandlersFolder.load(handlersFolder, own);
  }
}
