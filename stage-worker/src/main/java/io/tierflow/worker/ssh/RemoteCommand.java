package io.tierflow.worker.ssh;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelListener;

/** One script that runs over an open connection. */
final class RemoteCommand {

  private static final Duration OPEN_LIMIT = Duration.ofSeconds(20);
  // The end of the streams comes by this message too; its listeners hear of it a moment later.
  private static final String CLOSED_THERE = "SSH_MSG_CHANNEL_CLOSE";
  private static final Duration HEARING = Duration.ofSeconds(2);
  private static final int SIGNALLED = 128;
  private static final int KILLED = 9;

  private final ChannelExec channel;
  private final String place;
  private final CompletableFuture<Integer> end = new CompletableFuture<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final CompletableFuture<Void> whole = new CompletableFuture<>();

  private RemoteCommand(ChannelExec channel, String place) {
    this.channel = channel;
    this.place = place;
    channel.addChannelListener(
        new ChannelListener() {
          @Override
          public void channelStateChanged(Channel changed, String hint) {
            look();
            if (channel.isEofSignalled() || CLOSED_THERE.equals(hint)) {
              whole.complete(null);
            }
          }

          @Override
          public void channelClosed(Channel gone, Throwable reason) {
            look();
            end.completeExceptionally(
                new StageException(
                    Failure.of(
                        FailureKind.WORKER_LOST,
                        "ssh: the connection to "
                            + place
                            + " was lost while the program ran"
                            + (reason == null ? "" : ": " + reason))));
            closed.complete(null);
          }
        });
  }

  /** Starts a script whose streams are served by others. */
  static RemoteCommand start(ClientSession session, String script, String place)
      throws IOException {
    RemoteCommand command = prepare(session, script, place);
    command.channel.open().verify(OPEN_LIMIT);
    return command;
  }

  /** What a script answered. */
  record Answer(int code, String output, String error) {}

  /**
   * Runs a script to its end.
   *
   * @throws IOException if the connection is lost, or it takes too long
   */
  static Answer run(ClientSession session, String script, Duration limit)
      throws IOException, InterruptedException {
    RemoteCommand command = prepare(session, script, "");
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream error = new ByteArrayOutputStream();
    command.channel.setOut(output);
    command.channel.setErr(error);
    command.channel.open().verify(OPEN_LIMIT);
    try {
      command.closed.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      return new Answer(
          command.end.get(),
          output.toString(StandardCharsets.UTF_8),
          error.toString(StandardCharsets.UTF_8));
    } catch (TimeoutException | ExecutionException e) {
      throw new IOException("it did not run to its end: " + e, e);
    } finally {
      command.channel.close(true);
    }
  }

  private static RemoteCommand prepare(ClientSession session, String script, String place)
      throws IOException {
    return new RemoteCommand(session.createExecChannel(RemoteShell.command(script)), place);
  }

  /** Where it runs. */
  String place() {
    return place;
  }

  ChannelExec channel() {
    return channel;
  }

  /** Its exit code, or WORKER_LOST. */
  CompletableFuture<Integer> end() {
    return end;
  }

  /** Whether its streams were ended by the other side, and not by the loss of the connection. */
  boolean isWhole() throws InterruptedException {
    try {
      whole.get(HEARING.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("it never fails", e);
    }
  }

  private void look() {
    if (channel.getExitStatus() != null) {
      end.complete(channel.getExitStatus());
    } else if (channel.getExitSignal() != null) {
      end.complete(SIGNALLED + KILLED); // which one is told by name only
    }
  }
}
