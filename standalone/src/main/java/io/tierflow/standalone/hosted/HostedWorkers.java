package io.tierflow.standalone.hosted;

import io.micrometer.core.instrument.MeterRegistry;
import io.tierflow.flow.Launcher;
import io.tierflow.handler.Handlers;
import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.runner.cli.EngineFactory;
import io.tierflow.runner.engine.EngineConfig;
import io.tierflow.wire.WireCodecs;
import io.tierflow.worker.Machine;
import io.tierflow.worker.Worker;
import io.tierflow.worker.WorkerClock;
import io.tierflow.worker.WorkerConfig;
import io.tierflow.worker.WorkerGroup;
import io.tierflow.worker.WorkerStartException;
import io.tierflow.worker.handlers.ExecHandler;
import io.tierflow.worker.handlers.HandlersFolder;
import io.tierflow.worker.ssh.SshPrograms;
import io.tierflow.worker.ssh.SshSettings;
import io.tierflow.worker.ssh.SshTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * The options of the command {@code runner} that host workers in its process, and those workers.
 * Runner and worker know nothing of each other, here as elsewhere: they meet in topics, and are
 * only started and stopped together.
 */
public final class HostedWorkers {

  @Option(
      names = "--in-process",
      paramLabel = "CLASS=SLOTS",
      description = {
        "Slots in this process for the stages of a class with 'launcher: in-process';",
        "repeatable. Their handlers share the runner's memory."
      })
  private Map<String, Integer> inProcess = new LinkedHashMap<>();

  @Option(
      names = "--handlers",
      paramLabel = "DIR",
      description = "A folder of jars with handlers for the slots in this process.")
  private Path handlersFolder;

  @Option(
      names = "--ssh",
      paramLabel = "FILE",
      description = {
        "The machines for the stages of a class with 'launcher: ssh': a YAML file from classes to",
        "lists of them, each with host, user, key and known-hosts; see docs/launchers.md."
      })
  private Path ssh;

  private final WorkerClock clock;

  /** Workers that go by these clocks. */
  public HostedWorkers(WorkerClock clock) {
    this.clock = clock;
  }

  /** A worker to start on a target, and what its handlers need until it has stopped. */
  private record Hosted(
      WorkerConfig config, String target, Handlers handlers, Machine machine, Runnable release) {}

  /** The same engine with these workers beside it: started after it, stopped before it. */
  public EngineFactory beside(EngineFactory factory) {
    return (config, meters) -> {
      List<Hosted> wanted = new ArrayList<>();
      List<Worker> workers = new ArrayList<>();
      EngineFactory.Engine engine = null;
      try {
        addInProcess(config, wanted);
        addSsh(config, meters, wanted);
        engine = factory.start(config, meters);
        for (Hosted each : wanted) {
          workers.add(start(each, meters));
        }
      } catch (RuntimeException e) {
        stop(workers, wanted, engine == null ? () -> {} : engine.stop());
        throw e;
      }
      Runnable stopEngine = engine.stop();
      return new EngineFactory.Engine(engine.service(), () -> stop(workers, wanted, stopEngine));
    };
  }

  private static void stop(List<Worker> workers, List<Hosted> hosted, Runnable engine) {
    List<Runnable> steps = new ArrayList<>();
    steps.add(() -> new WorkerGroup(workers).close());
    hosted.forEach(each -> steps.add(each.release()));
    steps.add(engine);
    inOrder(steps);
  }

  /** Does them all, and fails after the last with what went wrong first. */
  static void inOrder(List<Runnable> steps) {
    RuntimeException failure = null;
    for (Runnable step : steps) {
      try {
        step.run();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void addInProcess(EngineConfig engine, List<Hosted> wanted) {
    if (inProcess.isEmpty()) {
      return;
    }
    ClassLoader own = HostedWorkers.class.getClassLoader();
    Handlers handlers =
        handlersFolder == null ? Handlers.load(own) : HandlersFolder.load(handlersFolder, own);
    inProcess.forEach(
        (resourceClass, slots) ->
            wanted.add(
                new Hosted(
                    config(engine, resourceClass, Launcher.IN_PROCESS, slots),
                    HostedMeters.LOCAL,
                    handlers,
                    Machine.OWN,
                    () -> {})));
  }

  private void addSsh(EngineConfig engine, MeterRegistry meters, List<Hosted> wanted) {
    if (ssh == null) {
      return;
    }
    SshSettings.read(ssh)
        .forEach(
            (resourceClass, targets) ->
                targets.forEach(
                    target -> wanted.add(hosted(engine, meters, resourceClass, target))));
  }

  // Each machine has a worker of its own: its slots are what that machine does at once.
  private Hosted hosted(
      EngineConfig engine, MeterRegistry meters, String resourceClass, SshTarget target) {
    SshPrograms programs;
    try {
      programs =
          SshPrograms.open(
              resourceClass,
              target,
              new SshPrograms.Here(System.getenv(), Path.of(""), clock, meters));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          ssh + ": " + resourceClass + ": " + target + ": " + e.getMessage(), e);
    }
    return new Hosted(
        config(engine, resourceClass, Launcher.SSH, target.slots()),
        target.toString(),
        Handlers.of(List.of(new ExecHandler(programs))),
        programs,
        programs::close);
  }

  private static WorkerConfig config(
      EngineConfig engine, String resourceClass, Launcher launcher, int slots) {
    WorkerConfig.Builder config =
        WorkerConfig.builder()
            .bootstrap(engine.bootstrap())
            .topicPrefix(engine.topicPrefix())
            .resourceClass(resourceClass)
            .launcher(launcher)
            .slots(slots);
    engine.kafka().forEach(config::kafka);
    return config.build();
  }

  private Worker start(Hosted hosted, MeterRegistry meters) {
    WorkerConfig config = hosted.config();
    Worker worker =
        new Worker(
            config, hosted.handlers(), WireCodecs.from(config.kafka()), clock, hosted.machine());
    try {
      worker.start();
    } catch (WorkerStartException e) {
      worker.close();
      throw e.reason() == WorkerStartException.Reason.UNREACHABLE
          ? new UnavailableException(e.getMessage(), e)
          : new IllegalArgumentException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      worker.close();
      throw new UnavailableException("interrupted while starting " + worker.id(), e);
    }
    worker.bindTo(
        HostedMeters.of(meters, config.resourceClass(), config.launcher(), hosted.target()));
    return worker;
  }
}
