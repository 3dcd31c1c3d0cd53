package io.tierflow.standalone.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Takes more than its share, by its {@code with.does}: {@code take} so many MiB of heap, {@code
 * fork} programs (whose ids go to {@code with.file}), stay {@code deaf} to interrupts, {@code fill}
 * its folder, {@code exit} its process, leave {@code threads} behind, or {@code print} so many MiB;
 * or {@code note} its task in {@code with.file} when a fifth of a second of work is done.
 */
public final class RoughHandler implements StageHandler<JsonNode, Object> {

  /** The name that flows use. */
  static final String NAME = "rough";

  private static final int MIB = 1 << 20;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Object handle(JsonNode input, StageContext context) throws Exception {
    JsonNode with = context.config();
    int size = with.path("size").asInt();
    String does = with.path("does").asText();
    return switch (does) {
      case "take" -> take(size);
      case "fork" -> fork(Path.of(with.path("file").asText()));
      case "deaf" -> deaf();
      case "fill" -> fill(size);
      case "exit" -> exit(size);
      case "threads" -> threads(size);
      case "print" -> print(size);
      case "note" -> note(Path.of(with.path("file").asText()), context.idempotencyKey());
      default -> throw new IllegalArgumentException("does: found '" + does + "'");
    };
  }

  private static Object take(int megabytes) {
    List<byte[]> taken = new ArrayList<>();
    for (int i = 0; i < megabytes; i++) {
      taken.add(new byte[MIB]);
    }
    return taken.size();
  }

  private static Object fork(Path file) throws Exception {
    Process shell =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "sleep 600 >/dev/null & echo $!;"
                    + " (setsid sleep 600 >/dev/null & echo $!);"
                    + " env -i sleep 600 >/dev/null & echo $!")
            .start();
    Files.write(file, shell.getInputStream().readAllBytes());
    return rest();
  }

  private static Object rest() throws InterruptedException {
    new CountDownLatch(1).await();
    return null;
  }

  private static Object deaf() {
    while (true) {
      try {
        rest();
      } catch (InterruptedException e) {
        // Deaf on purpose: its process has to be killed.
      }
    }
  }

  private static Object fill(int megabytes) throws Exception {
    for (int i = 0; i < megabytes; i++) {
      Files.write(Path.of("part-" + i), new byte[MIB]);
    }
    return rest();
  }

  private static Object exit(int code) {
    System.exit(code);
    return null;
  }

  private static Object threads(int count) {
    for (int i = 0; i < count; i++) {
      Thread thread = new Thread(RoughHandler::deaf, "left-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    return ProcessHandle.current().pid();
  }

  private static Object print(int megabytes) {
    byte[] line = "x".repeat(MIB - 1).concat("\n").getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < megabytes; i++) {
      System.out.write(line, 0, line.length);
    }
    return megabytes;
  }

  private static Object note(Path file, String task) throws IOException, InterruptedException {
    TimeUnit.MILLISECONDS.sleep(200);
    Files.writeString(file, task + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return task;
  }
}
