package io.tierflow.worker;

import io.tierflow.flow.file.DurationText;
import io.tierflow.flow.file.PoolFile;
import io.tierflow.flow.file.PoolFile.ServedClass;
import io.tierflow.wire.SettingsFile;
import io.tierflow.wire.topics.TopicNames;
import io.tierflow.worker.isolation.IsolationSettings;
import io.tierflow.worker.resilience.ResilienceReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** What a worker is told on its command line, in its environment and in its pool file. */
final class WorkerOptions {

  @Option(
      names = "--pool",
      paramLabel = "FILE",
      description = {
        "A pool file (YAML) with any of these settings, each by its option's name;",
        "the command line and TIERFLOW_WORKER_* variables go before it, for a class too."
      })
  private Path pool;

  @Option(
      names = "--pool-name",
      paramLabel = "NAME",
      description = "What the pools view calls it; default: the class.")
  private String poolName;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = "Kafka's bootstrap servers.")
  private String bootstrap;

  @Option(
      names = "--class",
      split = ",",
      paramLabel = "CLASS[=SLOTS]",
      description = "A resource class to work for. Repeatable: each has slots of its own.")
  private List<String> classes = new ArrayList<>();

  @Option(
      names = "--slots",
      defaultValue = "1",
      paramLabel = "N",
      description = "How many tasks of a class run at once, 1 to 200; default ${DEFAULT-VALUE}.")
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
      names = "--lease",
      paramLabel = "TIME",
      description = "How long the broker holds a task between renewals, such as 45s; default 30s.")
  private String lease;

  @Option(
      names = "--grace-seconds",
      paramLabel = "S",
      description = "How long tasks may go on at a stop; default 30.")
  private Long graceSeconds;

  @Option(names = "--grace", paramLabel = "TIME", description = "The same as a time, such as 2m.")
  private String grace;

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
      names = "--label",
      split = ",",
      paramLabel = "NAME=VALUE",
      description = "What the pools view tells with the worker, such as zone=a. Repeatable.")
  private Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description = {
        "Further settings of every Kafka client, a properties file; with",
        "schema.registry.url in it, records are written through that registry."
      })
  private Path kafkaConfig;

  @Option(
      names = "--metrics-port",
      paramLabel = "P",
      description = "Serves /metrics for Prometheus and /health there; default: not at all.")
  private Integer metricsPort;

  @Option(
      names = "--metrics-host",
      defaultValue = "127.0.0.1",
      paramLabel = "HOST",
      description = "The address of the metrics' port; default ${DEFAULT-VALUE}.")
  private String metricsHost;

  @Mixin private IsolationOptions isolation;

  private Map<String, String> kafka = Map.of();
  private List<ServedClass> served = List.of();

  /**
   * What holds: the command line, and where it says nothing the environment and the pool file.
   *
   * @throws IllegalArgumentException if something is not valid; the message says what
   */
  static WorkerOptions of(ParseResult given, Path pool, Map<String, String> environment) {
    PoolFile file = pool == null ? null : PoolFiles.read(pool);
    WorkerOptions options = new WorkerOptions();
    CommandLine line = new CommandLine(options);
    PoolDefaults defaults =
        new PoolDefaults(
            given.matchedOptionsSet().stream().map(PoolDefaults::name).collect(Collectors.toSet()),
            environment,
            file);
    line.setDefaultValueProvider(defaults);
    List<String> args = new ArrayList<>();
    for (OptionSpec option : given.matchedOptionsSet()) {
      given
          .matchedOption(option.longestName())
          .originalStringValues()
          .forEach(value -> args.add(option.longestName() + "=" + value));
    }
    try {
      line.parseArgs(args.toArray(String[]::new));
    } catch (CommandLine.ParameterException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    options.complete(file, defaults);
    return options;
  }

  /** The file that the command line or the environment names; null if neither does. */
  Path pool(Map<String, String> environment) {
    String variable = environment.get("TIERFLOW_WORKER_POOL");
    return pool == null && variable != null ? Path.of(variable) : pool;
  }

  private void complete(PoolFile file, PoolDefaults defaults) {
    served = ServedClasses.parse(classes);
    Map<String, String> properties = new LinkedHashMap<>();
    if (file != null) {
      served = served.isEmpty() ? file.classes() : served;
      isolation.addEnvironment(file.environment());
      file.labels().forEach(labels::putIfAbsent);
      properties.putAll(PoolFiles.filled(file.kafka(), "kafka"));
    }
    if (served.isEmpty()) {
      throw new IllegalArgumentException(
          "class is missing: expected --class CLASS, or --pool FILE");
    }
    served =
        ServedClasses.without(
            served, classes.isEmpty() ? Source.POOL_FILE : defaults.source("class"), defaults);
    properties.putAll(kafkaConfig == null ? Map.of() : SettingsFile.read(kafkaConfig));
    kafka = properties;
  }

  /** The settings of every Kafka client, and of the registry. */
  Map<String, String> kafka() {
    return kafka;
  }

  Optional<Path> handlersFolder() {
    return Optional.ofNullable(handlersFolder);
  }

  Optional<Integer> metricsPort() {
    return Optional.ofNullable(metricsPort);
  }

  String metricsHost() {
    return metricsHost;
  }

  /**
   * A worker for each class.
   *
   * @throws IllegalArgumentException if something is not valid; the message says what
   */
  List<WorkerConfig> configs() {
    Map<ServedClass, IsolationSettings> processes =
        isolation.settings(served, this::slots, handlersFolder);
    List<WorkerConfig> configs = new ArrayList<>();
    for (ServedClass each : served) {
      WorkerConfig.Builder config = config(each);
      Optional.ofNullable(processes.get(each)).ifPresent(config::isolation);
      configs.add(config.build());
    }
    return configs;
  }

  private int slots(ServedClass each) {
    return each.slots().orElse(slots);
  }

  private WorkerConfig.Builder config(ServedClass each) {
    WorkerConfig.Builder config =
        WorkerConfig.builder()
            .bootstrap(bootstrap == null ? "" : bootstrap)
            .resourceClass(each.name())
            .slots(slots(each))
            .fetchMode(FetchMode.parse(fetchMode))
            .topicPrefix(topicPrefix)
            .maxOutputBytes(maxOutputBytes)
            .grace(grace())
            .labels(labels)
            .kafka("request.timeout.ms", "10000")
            .kafka("default.api.timeout.ms", "15000");
    kafka.forEach(config::kafka);
    if (poolName != null) {
      config.poolName(poolName);
    }
    if (lease != null) {
      config.times(WorkerTimes.ofDefaults().withLock(time("lease", lease)));
    }
    if (resilience != null) {
      config.resilience(ResilienceReader.read(resilience));
    }
    return config;
  }

  private Duration grace() {
    if (graceSeconds != null) {
      return Duration.ofSeconds(graceSeconds);
    }
    return grace == null ? Duration.ofSeconds(30) : time("grace", grace);
  }

  private static Duration time(String name, String text) {
    try {
      return DurationText.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + " '" + text + "': expected " + e.getMessage(), e);
    }
  }
}
