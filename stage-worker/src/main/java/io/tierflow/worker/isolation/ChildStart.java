package io.tierflow.worker.isolation;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Starts child processes within their limits. Thread-safe. */
final class ChildStart {

  /** Joins the control groups, limits what a process may allocate, and becomes the child. */
  private static final String SCRIPT =
      "kb=$1; shift; while [ \"$1\" != -- ]; do echo $$ >\"$1\" || exit 126; shift; done; shift;"
          + " ulimit -c 0; [ \"$kb\" = 0 ] || ulimit -d \"$kb\"; exec \"$@\"";

  private static final Path SHELL = Path.of("/bin/sh");
  private static final int ACCEPT_MILLIS = 100;
  private static final int TRIES = 600; // a minute
  private static final int FRAME_ROOM = 1 << 20; // beside the output: texts of a failure
  private static final int MAX_PROCESSES = 512;
  private static final long SLACK_BYTES = 64L << 20;

  private final IsolationSettings settings;
  private final ControlGroups groups;
  private final Path root;
  private final int maxOutputBytes;
  private final AtomicInteger numbers = new AtomicInteger();
  private final SecureRandom random = new SecureRandom();

  ChildStart(IsolationSettings settings, ControlGroups groups, Path root, int maxOutputBytes) {
    this.settings = settings;
    this.groups = groups;
    this.root = root;
    this.maxOutputBytes = maxOutputBytes;
  }

  IsolationSettings settings() {
    return settings;
  }

  /**
   * Starts a child and waits until it has said hello.
   *
   * @throws NotRunException if it does not; nothing of it is left then
   */
  Child start() throws NotRunException, InterruptedException {
    String name = ProcessHandle.current().pid() + "-" + numbers.incrementAndGet();
    try {
      WorkFolder folder = WorkFolder.create(root.resolve(name));
      Optional<ControlGroup> group = group(name);
      try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return start(name, folder, group, server);
      } catch (IOException | NotRunException e) {
        group.ifPresent(ControlGroup::kill);
        group.ifPresent(ControlGroup::remove);
        folder.delete();
        throw e;
      }
    } catch (InterruptedIOException e) {
      throw new InterruptedException(e.getMessage());
    } catch (IOException e) {
      throw new NotRunException("a handler's process does not start: " + e.getMessage(), e);
    }
  }

  private Child start(
      String name, WorkFolder folder, Optional<ControlGroup> group, ServerSocket server)
      throws IOException, NotRunException {
    String token = token();
    Process process = launch(folder, group, server.getLocalPort(), token);
    OutputTail output = new OutputTail(process.getInputStream(), "child " + name);
    daemon(output, "output-" + name).start();
    try {
      process.getOutputStream().write((token + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().close();
      FrameChannel channel = new FrameChannel(accept(server, process, output), maxFrame());
      Frame first = channel.read();
      if (first instanceof Frame.Unusable unusable && unusable.token().equals(token)) {
        throw new NotRunException(unusable.why(), null);
      }
      if (!(first instanceof Frame.Hello hello) || !hello.token().equals(token)) {
        throw new IOException("another process answered in its place");
      }
      Descendants descendants = new Descendants(process.toHandle(), token);
      Child.Parts parts = new Child.Parts(process, channel, output, folder, group, descendants);
      Child child = new Child(name, parts, settings, hello.handlers());
      daemon(child::listen, "child-" + name).start();
      return child;
    } catch (IOException | NotRunException e) {
      new Descendants(process.toHandle(), token).kill();
      process.destroyForcibly();
      throw e;
    }
  }

  private Process launch(WorkFolder folder, Optional<ControlGroup> group, int port, String token)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SHELL)) {
      command.addAll(List.of(SHELL.toString(), "-c", SCRIPT, "sh", dataLimit(group)));
      group.ifPresent(it -> it.joins().forEach(file -> command.add(file.toString())));
      command.add("--");
      // A session of its own: a Ctrl-C at the worker's terminal is for the worker to act on.
      setsid().ifPresent(program -> command.add(program.toString()));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JvmOptions.of(settings.memoryBytes(), folder));
    command.add("-Dtierflow.folder=" + Path.of("").toAbsolutePath());
    command.addAll(List.of("-cp", absoluteClassPath(), SlotMain.class.getName()));
    command.add(Integer.toString(port));
    command.add(Integer.toString(Integer.MAX_VALUE)); // inputs are bounded by the payload store
    settings.handlersFolder().ifPresent(it -> command.add(it.toAbsolutePath().toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.work().toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(variable -> !settings.allows(variable));
    environment.put(Descendants.MARK, token);
    environment.put("TMPDIR", folder.temporary().toString());
    environment.put("MALLOC_ARENA_MAX", "2"); // native memory in a slot is scarce
    return builder.start();
  }

  private Socket accept(ServerSocket server, Process process, OutputTail output)
      throws IOException {
    server.setSoTimeout(ACCEPT_MILLIS);
    for (int i = 0; i < TRIES; i++) {
      try {
        return server.accept();
      } catch (SocketTimeoutException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("interrupted while a child started");
        }
        if (!process.isAlive()) {
          throw new IOException(
              "it ended with exit code " + exitCode(process) + ": " + output.last());
        }
      }
    }
    throw new IOException("it did not come up within a minute: " + output.last());
  }

  private static int exitCode(Process process) throws InterruptedIOException {
    try {
      return process.waitFor(1, TimeUnit.SECONDS) ? process.exitValue() : -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a child started");
    }
  }

  private Optional<ControlGroup> group(String name) throws IOException {
    return groups.isAvailable()
        ? Optional.of(
            groups.create(name, new Limits(settings.memoryBytes(), settings.cpus(), MAX_PROCESSES)))
        : Optional.empty();
  }

  /** In KiB; 0 for none. It holds for each process by itself, so only where no group is. */
  private String dataLimit(Optional<ControlGroup> group) {
    return group.isPresent() ? "0" : Long.toString((settings.memoryBytes() + SLACK_BYTES) >> 10);
  }

  private int maxFrame() {
    return (int) Math.min(Integer.MAX_VALUE, (long) maxOutputBytes + FRAME_ROOM);
  }

  private String token() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** The child stands in another folder. */
  private static String absoluteClassPath() {
    String separator = System.getProperty("path.separator");
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(separator, -1)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(separator, entries);
  }

  private static Optional<Path> setsid() {
    return List.of("/usr/bin/setsid", "/bin/setsid").stream()
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Thread daemon(Runnable body, String name) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    return thread;
  }
}
