package io.tierflow.worker.ssh;

import io.micrometer.core.instrument.MeterRegistry;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageException;
import io.tierflow.worker.Machine;
import io.tierflow.worker.WorkerClock;
import io.tierflow.worker.handlers.ExecHandler;
import io.tierflow.worker.handlers.Program;
import io.tierflow.worker.handlers.ProgramSpec;
import io.tierflow.worker.handlers.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.sshd.client.session.ClientSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Programs on one machine. Each has a connection and a folder of its own there; the folder is
 * removed when the program has ended, and also when the connection is lost, which ends the program.
 * Files lie in a folder here. A machine that cannot be reached is left alone for a while, a second
 * at first and a minute at most, until a connection shows that it is there again. Thread-safe.
 */
public final class SshPrograms implements Programs, Machine, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SshPrograms.class);
  private static final Duration PREPARE_LIMIT = Duration.ofSeconds(20);

  private final SshConnector connector;
  private final SshMeters meters;
  private final Path folder;

  private SshPrograms(SshConnector connector, SshMeters meters, Path folder) {
    this.connector = connector;
    this.meters = meters;
    this.folder = folder;
  }

  /**
   * What there is on this side.
   *
   * @param environment where passphrases of keys are
   * @param folder the one that files are copied from and to
   * @param clock by which connections are measured and machines left alone
   */
  public record Here(
      Map<String, String> environment, Path folder, WorkerClock clock, MeterRegistry meters) {}

  /**
   * Makes ready to run programs; the machine need not be there yet.
   *
   * @throws IllegalArgumentException if the target's host, key or known hosts cannot be used; the
   *     message names what, what was found and what was expected
   */
  public static SshPrograms open(String resourceClass, SshTarget target, Here here) {
    SshMeters meters = new SshMeters(here.meters(), resourceClass, target);
    return new SshPrograms(
        SshConnector.open(target, here.environment(), meters, here.clock()),
        meters,
        here.folder().toAbsolutePath().normalize());
  }

  @Override
  public boolean isThere() {
    return connector.isThere();
  }

  @Override
  public boolean isBack() throws InterruptedException {
    return connector.isBack();
  }

  @Override
  public Map<String, String> breakers() {
    return Map.of(ExecHandler.NAME, connector.reach().state());
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    connector.reach().bindTo(registry);
  }

  @Override
  public Program start(ProgramSpec spec) throws StageException, InterruptedException {
    ClientSession session = connector.connect();
    Program started = null;
    try {
      started = start(spec, session);
      return started;
    } catch (IOException e) {
      Interrupts.rethrow(e);
      throw connector.lost(e);
    } finally {
      if (started == null) {
        session.close(true);
      }
    }
  }

  @Override
  public void close() {
    connector.close();
  }

  private Program start(ProgramSpec spec, ClientSession session)
      throws IOException, StageException, InterruptedException {
    String place = connector.target().toString();
    RemoteCommand.Answer answer =
        RemoteCommand.run(
            session,
            RemoteShell.prepare(connector.target().folder(), spec.dir().orElse("")),
            PREPARE_LIMIT);
    if (answer.code() != 0) {
      throw unprepared(answer, spec, place);
    }
    List<String> folders = answer.output().lines().toList();
    if (folders.size() != 2) {
      throw unprepared(answer, spec, place);
    }
    String control = folders.get(0);
    String dir = folders.get(1);
    RemoteFiles files = new RemoteFiles(session, folder, dir, place);
    try {
      files.send(spec.files());
    } catch (StageException e) {
      var unused = RemoteCommand.run(session, RemoteShell.remove(control), PREPARE_LIMIT);
      throw e;
    }
    RemoteCommand command = begin(session, RemoteShell.program(spec, control, dir), place);
    LOG.info("{} runs on {} in {}", spec.program(), place, dir);
    meters.began();
    var unused =
        command
            .end()
            .whenComplete(
                (code, lost) -> {
                  meters.ended();
                  if (lost != null) {
                    meters.connection("lost");
                  }
                });
    return new RemoteProgram(session, command, control, files, spec.files().fetch());
  }

  // From here on nobody can tell whether it has begun.
  private static RemoteCommand begin(ClientSession session, String script, String place)
      throws StageException, InterruptedException {
    try {
      return RemoteCommand.start(session, script, place);
    } catch (IOException e) {
      Interrupts.rethrow(e);
      throw new StageException(
          FailureKind.WORKER_LOST,
          "ssh: the connection to " + place + " was lost as the program was started",
          e);
    }
  }

  private StageException unprepared(RemoteCommand.Answer answer, ProgramSpec spec, String place) {
    return switch (answer.code()) {
      case RemoteShell.NO_SETSID ->
          failed(
              "on " + place + ": found no program 'setsid', expected that of util-linux", answer);
      case RemoteShell.NO_FOLDER ->
          failed(
              "folder on "
                  + place
                  + ": found that '"
                  + connector.target().folder()
                  + "' cannot be made or written, expected a folder for tasks",
              answer);
      case RemoteShell.NO_DIR ->
          StageException.invalidInput(
              "exec: with.dir: expected a folder on "
                  + place
                  + ", found '"
                  + spec.dir().orElse("")
                  + "'");
      default ->
          failed(
              "on "
                  + place
                  + ": found the exit code "
                  + answer.code()
                  + " and the output '"
                  + answer.output()
                  + "', expected two folders: does its login shell print something of its own?",
              answer);
    };
  }

  private static StageException failed(String message, RemoteCommand.Answer answer) {
    return new StageException(
        Failure.of(FailureKind.HANDLER_ERROR, "ssh: " + message, answer.error()));
  }
}
