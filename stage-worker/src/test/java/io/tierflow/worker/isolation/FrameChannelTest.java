package io.tierflow.worker.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** On a real connection. */
class FrameChannelTest {

  @Test
  void aFailureArrivesAsItWasSent() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        FrameChannel child =
            new FrameChannel(
                new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort()), 10_000);
        FrameChannel worker = new FrameChannel(server.accept(), 10_000)) {
      for (Failure failure :
          List.of(
              new Failure(
                  FailureKind.HANDLER_ERROR,
                  "no",
                  "détail",
                  true,
                  Optional.of(Duration.ofMillis(1500))),
              Failure.outsideSlot("the machine has none left", ""))) {
        child.write(new Frame.Failed(failure, 3));
        assertThat(worker.read()).isEqualTo(new Frame.Failed(failure, 3));
      }
    }
  }
}
