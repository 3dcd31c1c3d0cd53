package io.tierflow.worker.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Children that say what they should not, or nothing. */
@Timeout(60)
class ChildTest {

  private static final String TOKEN = "secret";

  @TempDir private Path folder;
  private ServerSocket server;

  @BeforeEach
  void open() throws Exception {
    server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws Exception {
    server.close();
  }

  private Socket connect() throws Exception {
    return new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
  }

  @Test
  void aCallEndsWhenItsChildSendsAFrameThatIsTooLong() throws Exception {
    assertThat(failureWhenToldThat(out -> out.writeInt(1 << 30)))
        .isEqualTo(
            Failure.of(
                FailureKind.HANDLER_ERROR,
                "its process is not understood: java.net.ProtocolException: a frame of 1073741824"
                    + " bytes: expected 1 to 1000 bytes"));
  }

  @Test
  void aCallEndsWhenItsChildSaysWhatNobodyForesaw() throws Exception {
    byte[] kind = "NO_KIND".getBytes(StandardCharsets.UTF_8);
    Failure failure =
        failureWhenToldThat(
            out -> {
              out.writeInt(1 + 4 + kind.length);
              out.writeByte('F');
              out.writeInt(kind.length);
              out.write(kind);
            });

    assertThat(failure.kind()).isEqualTo(FailureKind.HANDLER_ERROR);
    assertThat(failure.message()).contains("IllegalArgumentException", "NO_KIND");
  }

  private interface Words {
    void writeTo(DataOutputStream out) throws Exception;
  }

  private Failure failureWhenToldThat(Words words) throws Exception {
    try (Socket childs = connect();
        Socket workers = server.accept();
        DataOutputStream out = new DataOutputStream(childs.getOutputStream());
        DataInputStream in = new DataInputStream(childs.getInputStream())) {
      Child child = WaitingChild.on(workers, folder);
      Thread listens = new Thread(child::listen);
      listens.start();
      Thread answers =
          new Thread(
              () -> {
                try {
                  in.readNBytes(in.readInt()); // what it is to do
                  words.writeTo(out);
                  out.flush();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      answers.start();

      HandlerCalls.Result result =
          child.call(
              new HandlerCalls.Call(
                  "any",
                  new byte[0],
                  new Context(new AtomicReference<>()),
                  100,
                  HandlerCalls.Witness.NONE));

      answers.join();
      listens.join();
      assertThat(child.isUsable()).isFalse();
      child.discard();
      return ((HandlerCalls.Failed) result).failure();
    }
  }

  @Test
  void aConnectionThatIsSilentOrOfAnotherDoesNotHoldUpAStart() throws Exception {
    Process process = new ProcessBuilder("sleep", "600").start();
    try (Socket silent = connect();
        Socket other = connect();
        Socket childs = connect()) {
      new FrameChannel(other, 1000).write(new Frame.Hello("guessed", List.of()));
      new FrameChannel(childs, 1000).write(new Frame.Hello(TOKEN, List.of("echo")));

      Greeting.Greeted greeted = greeting(process).await(200);

      assertThat(greeted.first()).isEqualTo(new Frame.Hello(TOKEN, List.of("echo")));
      assertThat(silent.getInputStream().read()).as("it is turned away").isEqualTo(-1);
      Greeting.close(greeted.channel());
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aProcessThatEndsBeforeItsFirstWordIsToldWithItsExitCode() throws Exception {
    Process process = new ProcessBuilder("sh", "-c", "exit 7").start();

    assertThatThrownBy(() -> greeting(process).await(200)).hasMessageContaining("exit code 7");
  }

  private Greeting greeting(Process process) {
    return new Greeting(
        server, process, new OutputTail(process.getInputStream(), "child"), TOKEN, 1000);
  }

  @Test
  void nothingIsLeftOfAStartWhoseGroupCannotBeMade() throws Exception {
    try (OwnedFolder owned = OwnedFolder.create(folder)) {
      ChildStart start =
          new ChildStart(
              IsolationSettings.ofMemory(IsolationSettings.MIN_MEMORY),
              ControlGroups.unified(folder.resolve("not-there"), List.of()),
              owned,
              1000);

      assertThatThrownBy(start::start)
          .isInstanceOf(NotRunException.class)
          .hasMessageContaining("not-there");

      assertThat(owned.path()).isEmptyDirectory();
    }
  }
}
