package io.tierflow.runner.cli;

import picocli.CommandLine;

/**
 * The commands that talk to a runner, a registry or Kafka, for the program that assembles the
 * command line.
 */
public final class ClientCommands {

  private ClientCommands() {}

  /**
   * Adds {@code flow}, {@code run}, {@code runs}, {@code show}, {@code cancel}, {@code pause},
   * {@code resume}, {@code pauses}, {@code dead-letters}, {@code replay}, {@code missing}, {@code
   * expect}, {@code pools}, {@code schemas} and {@code doctor}; and has every command of this
   * command line answer what it does not understand with one line and a hint.
   */
  public static CommandLine addTo(CommandLine top) {
    return top.addSubcommand(new FlowCommand())
        .addSubcommand(new RunCommand())
        .addSubcommand(new RunsCommand())
        .addSubcommand(new ShowCommand())
        .addSubcommand(new CancelCommand())
        .addSubcommand(new PauseCommand())
        .addSubcommand(new ResumeCommand())
        .addSubcommand(new PausesCommand())
        .addSubcommand(new DeadLettersCommand())
        .addSubcommand(new ReplayCommand())
        .addSubcommand(new MissingCommand())
        .addSubcommand(new ExpectCommand())
        .addSubcommand(new PoolsCommand())
        .addSubcommand(new SchemasCommand())
        .addSubcommand(new DoctorCommand())
        .setParameterExceptionHandler(new ParseErrors());
  }
}
