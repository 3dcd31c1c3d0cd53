package io.tierflow.worker.isolation;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** Handlers that do to their process what must not harm a worker. */
public final class RoughHandlers {

  private RoughHandlers() {}

  /** A folder with a jar that names all of them, for a worker's {@code --handlers}. */
  public static Path folder(Path parent) throws IOException {
    Path folder = Files.createDirectories(parent.resolve("rough-handlers"));
    String services =
        Arrays.stream(RoughHandlers.class.getDeclaredClasses())
            .filter(StageHandler.class::isAssignableFrom)
            .filter(each -> each != Rough.class)
            .map(Class::getName)
            .reduce("", (all, each) -> all + each + "\n");
    try (OutputStream file = Files.newOutputStream(folder.resolve("rough.jar"));
        JarOutputStream jar = new JarOutputStream(file)) {
      jar.putNextEntry(new JarEntry("META-INF/services/io.tierflow.handler.StageHandler"));
      jar.write(services.getBytes(StandardCharsets.UTF_8));
      jar.closeEntry();
    }
    return folder;
  }

  /** Takes the name from the class. */
  public abstract static class Rough implements StageHandler<JsonNode, Object> {
    @Override
    public final String name() {
      return getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Says where it is, and what it sees. */
  public static final class Place extends Rough {
    @Override
    public Object handle(JsonNode input, StageContext context) throws Exception {
      context.progress(0.25, "looking");
      Files.writeString(Path.of("left.txt"), "left behind");
      return List.of(
          Long.toString(ProcessHandle.current().pid()),
          Path.of("").toAbsolutePath().toString(),
          String.join(",", System.getenv().keySet().stream().sorted().toList()),
          context.idempotencyKey() + "/" + context.attempt() + "/" + context.config());
    }
  }

  /** Ends its process. */
  public static final class Exit extends Rough {
    @Override
    public Object handle(JsonNode input, StageContext context) {
      System.out.println("the last words");
      System.exit(input.asInt());
      return null;
    }
  }

  /** Ends its process without ceremony. */
  public static final class Halt extends Rough {
    @Override
    public Object handle(JsonNode input, StageContext context) {
      Runtime.getRuntime().halt(input.asInt());
      return null;
    }
  }

  /** Is hit by a signal: its input. */
  public static final class Signal extends Rough {
    @Override
    public Object handle(JsonNode input, StageContext context) throws Exception {
      new ProcessBuilder("kill", "-" + input.asText(), "" + ProcessHandle.current().pid())
          .start()
          .waitFor();
      return rest();
    }
  }

  /** Takes as many MiB of heap as its input says. */
  public static final class Heap extends Rough {
    @Override
    public Object handle(JsonNode input, StageContext context) {
      List<byte[]> taken = new ArrayList<>();
      for (int i = 0; i < input.asInt(); i++) {
        taken.add(new byte[1 << 20]);
      }
      return taken.size();
    }
  }

  /** A program of it takes as many MiB as the input says. */
  public static final class Program extends Rough {
    @Override
    public Object handle(JsonNode input, StageContext context) throws Exception {
      Process process =
          new ProcessBuilder(
                  "/bin/sh", "-c", "x=$(head -c " + input.asInt() + "m /dev/zero | tr '\\0' x)")
              .redirectErrorStream(true)
              .start();
      process.getInputStream().readAllBytes();
      int exit = process.waitFor();
      if (exit != 0) {
        throw new IllegalStateException("the program ended with exit code " + exit);
      }
      return "done";
    }
  }

  /** Leaves programs behind, one of them in a session of its own; says their ids. */
  public static final class Forks extends Rough {
    @Override
    public Object handle(JsonNode input, StageContext context) throws Exception {
      Process shell =
          new ProcessBuilder(
                  "/bin/sh",
                  "-c",
                  "sleep 600 >/dev/null & echo $!; (setsid sleep 600 >/dev/null & echo $!)")
              .start();
      String pids = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (input.asText().equals("wait")) {
        context.progress(0.5, pids.replace('\n', ' ').strip());
        rest();
      }
      return pids.lines().toList();
    }
  }

  /** Starts programs that have no environment, one of which loses its parent; hears nothing. */
  public static final class Clears extends Rough {
    @Override
    public Object handle(JsonNode input, StageContext context) throws Exception {
      Process shell =
          new ProcessBuilder(
                  "/bin/sh",
                  "-c",
                  "env -i sleep 600 >/dev/null & echo $!; (env -i sleep 600 >/dev/null & echo $!)")
              .start();
      Process own = new ProcessBuilder("env", "-i", "setsid", "sleep", "600").start();
      String pids = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      context.progress(0.5, pids.replace('\n', ' ') + own.pid());
      while (true) {
        try {
          rest();
        } catch (InterruptedException e) {
          // Deaf on purpose: its process has to be killed.
        }
      }
    }
  }

  /** Fails with what cannot be said. */
  public static final class Riddle extends Rough {
    @Override
    public Object handle(JsonNode input, StageContext context) {
      throw new Unspeakable();
    }

    private static final class Unspeakable extends RuntimeException {
      private static final long serialVersionUID = 1L;

      @Override
      public String getMessage() {
        throw new IllegalStateException("no words");
      }
    }
  }

  /** Leaves a thread that goes on telling, if its input says so; else lets it tell for a while. */
  public static final class Gossip extends Rough {

    private static final AtomicInteger told = new AtomicInteger();

    @Override
    public Object handle(JsonNode input, StageContext context) throws Exception {
      if (input.asInt() == 1) {
        Thread thread = new Thread(() -> tell(context));
        thread.setDaemon(true);
        thread.start();
      }
      int before = told.get();
      while (told.get() < before + 5) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      return ProcessHandle.current().pid();
    }

    private static void tell(StageContext context) {
      while (true) {
        context.progress(0.9, "of the first");
        told.incrementAndGet();
        try {
          TimeUnit.MILLISECONDS.sleep(5);
        } catch (InterruptedException e) {
          return;
        }
      }
    }
  }

  /** Hears no interrupt. */
  public static final class Deaf extends Rough {
    @Override
    public Object handle(JsonNode input, StageContext context) {
      context.progress(0.5, "deaf");
      while (true) {
        try {
          rest();
        } catch (InterruptedException e) {
          // Deaf on purpose: its process has to be killed.
        }
      }
    }
  }

  /** Waits until it is interrupted. */
  public static final class Waits extends Rough {
    @Override
    public Object handle(JsonNode input, StageContext context) throws InterruptedException {
      context.progress(0.5, "waiting");
      return rest();
    }
  }

  /** Writes files without end. */
  public static final class Fills extends Rough {
    @Override
    public Object handle(JsonNode input, StageContext context) throws Exception {
      byte[] block = new byte[1 << 20];
      for (int i = 0; i < input.asInt(); i++) {
        Files.write(Path.of("file-" + i), block);
      }
      return rest();
    }
  }

  /** Prints as many MiB as its input says. */
  public static final class Prints extends Rough {
    @Override
    public Object handle(JsonNode input, StageContext context) {
      byte[] line = "x".repeat(1023).concat("\n").getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < input.asInt() * 1024; i++) {
        System.out.write(line, 0, line.length);
      }
      System.out.flush();
      return "printed";
    }
  }

  /** Leaves as many threads as its input says. */
  public static final class Threads extends Rough {
    @Override
    public Object handle(JsonNode input, StageContext context) {
      for (int i = 0; i < input.asInt(); i++) {
        new Thread(
                () -> {
                  try {
                    rest();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                })
            .start();
      }
      return ProcessHandle.current().pid();
    }
  }

  private static Object rest() throws InterruptedException {
    if (new CountDownLatch(1).await(10, TimeUnit.MINUTES)) {
      throw new AssertionError("nobody counts this latch down");
    }
    return "rested";
  }
}
