package io.tierflow.worker.ssh;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageException;
import io.tierflow.worker.handlers.Program;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.sshd.client.session.ClientSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A program on another machine, over a connection of its own. */
final class RemoteProgram implements Program {

  private static final Logger LOG = LoggerFactory.getLogger(RemoteProgram.class);

  // What it wrote last may still be on its way when its exit code is here.
  private static final Duration DRAIN_GRACE = Duration.ofSeconds(10);
  // The shell there gives it a second between its signals.
  private static final Duration STOP_LIMIT = Duration.ofSeconds(3);
  private static final Duration REMOVE_LIMIT = Duration.ofSeconds(1);

  private final ClientSession session;
  private final RemoteCommand command;
  private final String control;
  private final RemoteFiles files;
  private final List<String> fetched;

  RemoteProgram(
      ClientSession session,
      RemoteCommand command,
      String control,
      RemoteFiles files,
      List<String> fetched) {
    this.session = session;
    this.command = command;
    this.control = control;
    this.files = files;
    this.fetched = fetched;
  }

  /** The end of the stream would stop the program: the script there knows its input's length. */
  @Override
  public OutputStream input() {
    return new FilterOutputStream(command.channel().getInvertedIn()) {
      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
      }

      @Override
      public void close() throws IOException {
        out.flush();
      }
    };
  }

  @Override
  public InputStream output() {
    return command.channel().getInvertedOut();
  }

  @Override
  public InputStream error() {
    return command.channel().getInvertedErr();
  }

  @Override
  public CompletableFuture<Integer> end() {
    return command.end();
  }

  @Override
  public void checkOutput() throws StageException, InterruptedException {
    if (!command.isWhole()) {
      throw new StageException(
          Failure.of(
              FailureKind.WORKER_LOST,
              "ssh: the connection to "
                  + command.place()
                  + " was lost when the program had ended, before all of its output was here"));
    }
  }

  @Override
  public Duration drainGrace() {
    return DRAIN_GRACE;
  }

  @Override
  public void stop() throws InterruptedException {
    try {
      command.channel().getInvertedIn().close();
      command.end().get(STOP_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (IOException | ExecutionException e) {
      LOG.debug("the connection is gone, which stops the program as well", e);
    } catch (TimeoutException e) {
      LOG.warn("{} does not say that the program of {} was stopped", session, control);
    }
  }

  @Override
  public void fetch() throws StageException, InterruptedException {
    try {
      files.fetch(fetched);
    } catch (IOException e) {
      Interrupts.rethrow(e);
      throw new StageException(
          FailureKind.WORKER_LOST,
          "ssh: the files that the program left could not be fetched from " + session,
          e);
    }
  }

  @Override
  public void close() {
    try {
      if (session.isOpen()) {
        RemoteCommand.run(session, RemoteShell.remove(control), REMOVE_LIMIT);
      }
    } catch (IOException e) {
      LOG.warn("{} on {} could not be removed", control, session, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      session.close(true);
    }
  }
}
