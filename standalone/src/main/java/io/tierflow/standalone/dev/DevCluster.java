package io.tierflow.standalone.dev;

import io.tierflow.embedded.BrokerProcess;
import io.tierflow.embedded.Ports;
import io.tierflow.process.ChildSpec;
import io.tierflow.standalone.process.ProcessSupervisor;
import io.tierflow.standalone.process.SupervisedChild;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The whole system on this machine: a broker, a runner and one worker per pool, each a process of
 * its own, named {@code broker}, {@code runner} and {@code worker-CLASS}.
 *
 * <p>Their logs are {@code logs/NAME.log} in the data folder. Ports stay the same as long as this
 * object lives, so that a process started again is found by the others. Thread-safe.
 */
public final class DevCluster implements AutoCloseable {

  /** Name of the broker's process. */
  public static final String BROKER = "broker";

  /** Name of the runner's process. */
  public static final String RUNNER = "runner";

  private static final List<String> RUNNER_JVM = List.of("-Xmx512m", "-XX:+UseSerialGC");

  /** A runner says that it is ready when its state is restored, which takes as long as it takes. */
  private static final Duration RESTORE_LIMIT = Duration.ofMinutes(15);

  private static final List<String> WORKER_JVM = List.of("-Xmx384m", "-XX:+UseSerialGC");

  private final DevConfig config;
  private final Class<?> mainClass;
  private final ProcessSupervisor supervisor;
  private final ClassArchives archives = ClassArchives.fromSystemProperties();
  private final Map<String, SupervisedChild> children = new ConcurrentHashMap<>();
  private final String bootstrap;
  private final int httpPort;

  private DevCluster(DevConfig config, Class<?> mainClass, ProcessSupervisor supervisor) {
    this.config = config;
    this.mainClass = mainClass;
    this.supervisor = supervisor;
    this.bootstrap =
        "127.0.0.1:" + Ports.requireFree("Kafka clients", "--kafka-port", config.kafkaPort());
    this.httpPort = Ports.requireFree("the HTTP API", "--http-port", config.httpPort());
  }

  /**
   * Begins a cluster whose children run {@code mainClass} with the arguments of the commands {@code
   * broker}, {@code runner} and {@code worker}. {@link #start()} starts it, {@link #close()} may
   * end it at any time from another thread.
   *
   * @param messages what the user is told, a line each
   * @throws io.tierflow.embedded.PortInUseException if a port of {@code config} is taken
   */
  public static DevCluster prepare(
      DevConfig config, Class<?> mainClass, Consumer<String> messages) {
    return new DevCluster(config, mainClass, new ProcessSupervisor(config.restarts(), messages));
  }

  /**
   * Starts all processes and returns when they can take work.
   *
   * @throws io.tierflow.process.ChildStartException if one doesn't become ready; all are then gone
   */
  public void start() {
    try {
      startAll(List.of(broker()));
      // The runner makes the topics that workers wait for; the JVMs start side by side.
      List<ChildSpec> others = new ArrayList<>();
      others.add(runner(RUNNER, httpPort));
      config.pools().forEach((resourceClass, slots) -> others.add(worker(resourceClass, slots)));
      startAll(others);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Kafka's address, for {@code bootstrap.servers}. */
  public String bootstrap() {
    return bootstrap;
  }

  /** Where the runner's HTTP API is. */
  public URI httpUrl() {
    return httpUrl(httpPort);
  }

  /** Folder of the processes' logs. */
  public Path logDir() {
    return config.dataDir().resolve("logs");
  }

  /**
   * The process of this name, to be killed or started again.
   *
   * @throws IllegalArgumentException if there is none
   */
  public SupervisedChild child(String name) {
    return Optional.ofNullable(children.get(name))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "process: found " + name + ", expected one of " + children.keySet()));
  }

  /** The worker process of a pool. */
  public SupervisedChild worker(String resourceClass) {
    return child(workerName(resourceClass));
  }

  /**
   * Starts another worker process.
   *
   * @param name its name, which no other process has
   */
  public SupervisedChild startWorker(String name, String resourceClass, int slots) {
    startAll(List.of(spec(name, WORKER_JVM, workerArgs(resourceClass, slots))));
    return child(name);
  }

  /**
   * Starts another runner, which shares the runs with the others.
   *
   * @param name its name, which no other process has, and that of its data's folder
   * @return where its HTTP API is
   */
  public URI startRunner(String name) {
    int port = Ports.requireFree("the HTTP API", "--http-port", 0);
    startAll(List.of(runner(name, port)));
    return httpUrl(port);
  }

  /** Folder of a runner's state stores: what it has lost it takes from Kafka again. */
  public Path runnerDir(String name) {
    return config.dataDir().resolve(name);
  }

  /** Folder of the broker's data, which is all that there is of runs. */
  public Path brokerDir() {
    return config.dataDir().resolve("kafka");
  }

  /** Stops all processes, workers and runner before the broker. May be called again. */
  @Override
  public void close() {
    supervisor.close();
  }

  private void startAll(List<ChildSpec> specs) {
    supervisor.startAll(specs).forEach(child -> children.put(child.name(), child));
  }

  private ChildSpec broker() {
    String port = bootstrap.substring(bootstrap.indexOf(':') + 1);
    return spec(
        BROKER,
        BrokerProcess.JVM_ARGS,
        List.of("broker", "--data", brokerDir().toString(), "--port", port));
  }

  private ChildSpec runner(String name, int port) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "runner",
                "--bootstrap",
                bootstrap,
                "--http-port",
                Integer.toString(port),
                "--data",
                runnerDir(name).toString()));
    if (config.runner().inProcessSlots() > 0) {
      config
          .pools()
          .keySet()
          .forEach(
              resourceClass ->
                  args.addAll(
                      List.of(
                          "--in-process", resourceClass + "=" + config.runner().inProcessSlots())));
    }
    config.runner().ssh().ifPresent(file -> args.addAll(List.of("--ssh", file.toString())));
    config
        .runner()
        .alertWebhooks()
        .forEach(url -> args.addAll(List.of("--alert-webhook", url.toString())));
    return spec(name, RUNNER_JVM, args).withStartLimit(RESTORE_LIMIT);
  }

  private ChildSpec worker(String resourceClass, int slots) {
    return spec(workerName(resourceClass), WORKER_JVM, workerArgs(resourceClass, slots));
  }

  private List<String> workerArgs(String resourceClass, int slots) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "worker",
                "--bootstrap",
                bootstrap,
                "--class",
                resourceClass,
                "--slots",
                Integer.toString(slots)));
    args.addAll(config.workerOptions());
    return args;
  }

  private ChildSpec spec(String name, List<String> jvmArgs, List<String> args) {
    List<String> options = new ArrayList<>(jvmArgs);
    options.addAll(archives.jvmArgs(args.get(0)));
    return ChildSpec.of(name, mainClass, args, logDir()).withJvmArgs(options);
  }

  private static URI httpUrl(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  private static String workerName(String resourceClass) {
    return "worker-" + resourceClass;
  }
}
