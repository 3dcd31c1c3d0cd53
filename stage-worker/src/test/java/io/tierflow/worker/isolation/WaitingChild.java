package io.tierflow.worker.isolation;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A child whose process only waits: what it says, a test says on its connection. */
final class WaitingChild {

  private WaitingChild() {}

  static Child on(Socket socket, Path folder) throws IOException {
    Process process = new ProcessBuilder("sleep", "600").start();
    return new Child(
        "waits",
        new Child.Parts(
            process,
            new FrameChannel(socket, 1000),
            new OutputTail(process.getInputStream(), "waits"),
            WorkFolder.create(folder.resolve("child-" + process.pid())),
            Optional.empty(),
            new Descendants(process.toHandle(), "none")),
        IsolationSettings.ofMemory(IsolationSettings.MIN_MEMORY),
        List.of());
  }
}
