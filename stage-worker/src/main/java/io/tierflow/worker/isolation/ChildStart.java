package io.tierflow.worker.isolation;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Starts child processes within their limits. Thread-safe. */
final class ChildStart {

  /** Joins the control groups, limits what a process may allocate, and becomes the child. */
  private static final String SCRIPT =
      "kb=$1; shift; while [ \"$1\" != -- ]; do echo $$ >\"$1\" || exit 126; shift; done; shift;"
          + " ulimit -c 0; [ \"$kb\" = 0 ] || ulimit -d \"$kb\"; exec \"$@\"";

  private static final Path SHELL = Path.of("/bin/sh");
  private static final int HELLO_MILLIS = 30_000; // from the connection to the first word
  private static final int BACKLOG = 16;
  private static final int FRAME_ROOM = 1 << 20; // beside the output: texts of a failure
  private static final int MAX_PROCESSES = 512;
  private static final long SLACK_BYTES = 64L << 20;

  private final IsolationSettings settings;
  private final ControlGroups groups;
  private final OwnedFolder root;
  private final int maxOutputBytes;
  private final AtomicInteger numbers;
  private final SecureRandom random = new SecureRandom();

  ChildStart(
      IsolationSettings settings, ControlGroups groups, OwnedFolder root, int maxOutputBytes) {
    this(settings, groups, root, maxOutputBytes, new AtomicInteger());
  }

  private ChildStart(
      IsolationSettings settings,
      ControlGroups groups,
      OwnedFolder root,
      int maxOutputBytes,
      AtomicInteger numbers) {
    this.settings = settings;
    this.groups = groups;
    this.root = root;
    this.maxOutputBytes = maxOutputBytes;
    this.numbers = numbers;
  }

  /** The same, for children that have so much memory. */
  ChildStart withMemoryBytes(long value) {
    return new ChildStart(settings.withMemoryBytes(value), groups, root, maxOutputBytes, numbers);
  }

  ControlGroups groups() {
    return groups;
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
    String name = root.id() + "-" + numbers.incrementAndGet();
    Deque<Runnable> undo = new ArrayDeque<>();
    try {
      WorkFolder folder = WorkFolder.create(root.path().resolve(name));
      undo.push(folder::delete);
      Optional<ControlGroup> group = group(name);
      group.ifPresent(
          made ->
              undo.push(
                  () -> {
                    made.kill();
                    made.remove();
                  }));
      Child child = start(name, folder, group, undo);
      undo.clear();
      return child;
    } catch (InterruptedIOException e) {
      throw new InterruptedException(e.getMessage());
    } catch (IOException e) {
      throw new NotRunException("a handler's process does not start: " + e.getMessage(), e);
    } finally {
      undo.forEach(Runnable::run); // the newest first
    }
  }

  private Child start(
      String name, WorkFolder folder, Optional<ControlGroup> group, Deque<Runnable> undo)
      throws IOException, NotRunException {
    try (ServerSocket server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress())) {
      String token = token();
      Process process = launch(folder, group, server.getLocalPort(), token);
      Descendants descendants = new Descendants(process.toHandle(), token);
      undo.push(descendants::killWithChild);
      OutputTail output = new OutputTail(process.getInputStream(), "child " + name);
      daemon(output, "output-" + name).start();
      process.getOutputStream().write((token + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().close();
      Greeting.Greeted greeted =
          new Greeting(server, process, output, token, maxFrame()).await(HELLO_MILLIS);
      undo.push(() -> Greeting.close(greeted.channel()));
      if (greeted.first() instanceof Frame.Unusable unusable) {
        throw new NotRunException(unusable.why(), null);
      }
      Child.Parts parts =
          new Child.Parts(process, greeted.channel(), output, folder, group, descendants);
      Child child = new Child(name, parts, settings, ((Frame.Hello) greeted.first()).handlers());
      daemon(child::listen, "child-" + name).start();
      return child;
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
