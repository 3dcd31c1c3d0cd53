package io.tierflow.worker.isolation;

import io.tierflow.handler.Handlers;
import io.tierflow.worker.handlers.HandlersFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ServiceConfigurationError;

/**
 * The child process of a slot: calls handlers for the worker that started it.
 *
 * <p>Arguments: the worker's port on the loopback address, the longest frame in bytes, and the
 * handlers' folder if there is one. The first line of standard input is the secret to say hello
 * with. Without arguments it calls one handler and ends: so an archive of the classes that a child
 * needs is recorded.
 */
public final class SlotMain {

  private SlotMain() {}

  /** Works until the worker closes the connection. */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length == 0) {
      Rehearsal.run();
      return;
    }
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String token = in.readLine();
    int port = Integer.parseInt(args[0]);
    Handlers handlers = null;
    String why = "";
    try { // before the connection: the worker waits for the first word on it, but not long
      handlers = load(args.length > 2 ? args[2] : "");
    } catch (IllegalArgumentException | ServiceConfigurationError e) {
      why = String.valueOf(e.getMessage());
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        FrameChannel worker = new FrameChannel(socket, Integer.parseInt(args[1]))) {
      if (handlers == null) {
        worker.write(new Frame.Unusable(token, why));
      } else {
        new ChildLoop(worker, new ThreadCalls(handlers)).run(token);
      }
    }
  }

  private static Handlers load(String folder) {
    ClassLoader own = SlotMain.class.getClassLoader();
    return folder.isEmpty() ? Handlers.load(own) : HandlersFolder.load(Path.of(folder), own);
  }
}
