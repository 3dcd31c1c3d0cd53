package io.tierflow.worker.isolation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.handler.Handlers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** Calls a handler as a child process does, so that the classes for it are loaded once. */
final class Rehearsal {

  private static final int MAX_FRAME = 1 << 20;
  private static final int MAX_OUTPUT = 1 << 10;

  private Rehearsal() {}

  /** Speaks both parts, the worker's and the child's, over a real connection. */
  static void run() throws IOException, InterruptedException {
    ThreadCalls calls = new ThreadCalls(Handlers.load(Rehearsal.class.getClassLoader()));
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket childSide = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
        FrameChannel child = new FrameChannel(childSide, MAX_FRAME);
        Socket workerSide = server.accept();
        FrameChannel worker = new FrameChannel(workerSide, MAX_FRAME)) {
      Thread loop = new Thread(() -> follow(child, calls), "child");
      loop.setDaemon(true);
      loop.start();
      worker.read(); // the hello
      ChildContext context =
          new ChildContext(
              new ChildContext.Place("run", "flow", "pipeline", "stage", OptionalInt.empty()),
              new ChildContext.Task(1, 1, "key", "class", JsonNodeFactory.instance.objectNode()),
              worker);
      byte[] input = "{\"a\": [1, 2.5, \"text\"]}".getBytes(StandardCharsets.UTF_8);
      worker.write(new Frame.Run(1, "echo", input, context, MAX_OUTPUT));
      Frame answer = worker.read();
      while (answer instanceof Frame.Alive) {
        answer = worker.read();
      }
      if (!(answer instanceof Frame.Returned)) {
        throw new IllegalStateException("the rehearsal failed: " + answer);
      }
      System.exit(0); // before the closed connection ends this process as an orphan
    }
  }

  private static void follow(FrameChannel child, ThreadCalls calls) {
    try {
      new ChildLoop(child, calls).run("token");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
