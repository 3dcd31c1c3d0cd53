package io.tierflow.standalone;

import io.micrometer.core.instrument.MeterRegistry;
import io.tierflow.process.ParentWatch;
import io.tierflow.runner.cli.ClientCommands;
import io.tierflow.runner.cli.EngineFactory;
import io.tierflow.runner.cli.RunnerCommand;
import io.tierflow.runner.engine.EngineConfig;
import io.tierflow.runner.engine.RunnerEngine;
import io.tierflow.standalone.broker.BrokerCommand;
import io.tierflow.standalone.dev.DevCommand;
import io.tierflow.standalone.hosted.HostedWorkers;
import io.tierflow.worker.WorkerClock;
import io.tierflow.worker.WorkerCommand;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.ServiceLoader;
import picocli.CommandLine;

/** The program {@code tierflow}. */
public final class Main {

  private static final int FAILED = 1;

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    ParentWatch.startIfChild();
    System.exit(commandLine().execute(args));
  }

  /** The command line of all commands on the class path. */
  public static CommandLine commandLine() {
    CommandLine top = new CommandLine(new TopCommand());
    top.addSubcommand(new DevCommand());
    top.addSubcommand(new BrokerCommand());
    top.addSubcommand(runner());
    top.addSubcommand(new WorkerCommand());
    ClientCommands.addTo(top);
    ServiceLoader.load(CommandProvider.class).forEach(provider -> provider.addTo(top));
    return top.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          PrintWriter err = command.getErr();
          err.println(command.getCommandName() + " failed, which is a bug:");
          failure.printStackTrace(err);
          err.flush();
          return FAILED;
        });
  }

  private static CommandLine runner() {
    HostedWorkers workers =
        new HostedWorkers(new WorkerClock(InstantSource.system(), System::nanoTime));
    CommandLine runner = new CommandLine(new RunnerCommand(workers.beside(Main::engine)));
    return runner.addMixin("workers", workers);
  }

  private static EngineFactory.Engine engine(EngineConfig config, MeterRegistry meters) {
    RunnerEngine engine = RunnerEngine.open(config, InstantSource.system(), meters);
    return new EngineFactory.Engine(engine, engine::close);
  }
}
