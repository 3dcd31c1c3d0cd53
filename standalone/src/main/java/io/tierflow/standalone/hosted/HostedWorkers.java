package io.tierflow.standalone.hosted;

import io.micrometer.core.instrument.MeterRegistry;
import io.tierflow.flow.Launcher;
import io.tierflow.handler.Handlers;
import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.runner.cli.EngineFactory;
import io.tierflow.runner.engine.EngineConfig;
import io.tierflow.wire.WireCodecs;
import io.tierflow.worker.Worker;
import io.tierflow.worker.WorkerClock;
import io.tierflow.worker.WorkerConfig;
import io.tierflow.worker.WorkerStartException;
import io.tierflow.worker.handlers.HandlersFolder;
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

  private final WorkerClock clock;

  /** Workers that go by these clocks. */
  public HostedWorkers(WorkerClock clock) {
    this.clock = clock;
  }

  /** The same engine with these workers beside it: started after it, stopped before it. */
  public EngineFactory beside(EngineFactory factory) {
    return (config, meters) -> {
      List<WorkerConfig> wanted = wanted(config);
      Handlers handlers = wanted.isEmpty() ? Handlers.of(List.of()) : handlers();
      EngineFactory.Engine engine = factory.start(config, meters);
      List<Worker> workers = new ArrayList<>();
      try {
        for (WorkerConfig each : wanted) {
          workers.add(start(each, handlers, meters));
        }
      } catch (RuntimeException e) {
        stop(workers, engine);
        throw e;
      }
      return new EngineFactory.Engine(engine.service(), () -> stop(workers, engine));
    };
  }

  private static void stop(List<Worker> workers, EngineFactory.Engine engine) {
    try {
      workers.forEach(Worker::close);
    } finally {
      engine.stop().run();
    }
  }

  private List<WorkerConfig> wanted(EngineConfig engine) {
    List<WorkerConfig> wanted = new ArrayList<>();
    inProcess.forEach(
        (resourceClass, slots) -> {
          WorkerConfig.Builder config =
              WorkerConfig.builder()
                  .bootstrap(engine.bootstrap())
                  .topicPrefix(engine.topicPrefix())
                  .resourceClass(resourceClass)
                  .launcher(Launcher.IN_PROCESS)
                  .slots(slots);
          engine.kafka().forEach(config::kafka);
          wanted.add(config.build());
        });
    return wanted;
  }

  private Handlers handlers() {
    ClassLoader own = HostedWorkers.class.getClassLoader();
    return handlersFolder == null ? Handlers.load(own) : HandlersFolder.load(handlersFolder, own);
  }

  private Worker start(WorkerConfig config, Handlers handlers, MeterRegistry meters) {
    Worker worker = new Worker(config, handlers, WireCodecs.from(config.kafka()), clock);
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
    worker.bindTo(meters);
    return worker;
  }
}
