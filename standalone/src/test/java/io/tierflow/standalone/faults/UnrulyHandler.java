package io.tierflow.standalone.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageHandler;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Does what no handler should, by its {@code with.does}: {@code overflow} its stack, miss a class
 * ({@code no-class}), {@code halt} its process each time, or {@code exit} it once (the file {@code
 * with.once} tells whether it did), or give back {@code large} texts of {@code with.chars}.
 */
public final class UnrulyHandler implements StageHandler<JsonNode, Object> {

  /** The name that flows use. */
  static final String NAME = "unruly";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Object handle(JsonNode input, StageContext context) throws Exception {
    JsonNode with = context.config();
    String does = with.path("does").asText();
    return switch (does) {
      case "overflow" -> deeper(0);
      case "no-class" -> throw new NoClassDefFoundError("com/example/NotPacked");
      case "halt" -> halt(with.path("after").asLong());
      case "exit" -> exitOnce(Path.of(with.path("once").asText()), input);
      case "large" -> "x".repeat(with.path("chars").asInt());
      default -> throw new IllegalArgumentException("does: found '" + does + "'");
    };
  }

  @SuppressWarnings("InfiniteRecursion") // that is what it is for
  private static long deeper(long depth) {
    return 1 + deeper(depth + 1);
  }

  private static Object halt(long afterMillis) throws InterruptedException {
    // Until its lease is the runner's.
    if (!new CountDownLatch(1).await(afterMillis, TimeUnit.MILLISECONDS)) {
      Runtime.getRuntime().halt(3);
    }
    return null;
  }

  private static Object exitOnce(Path once, JsonNode input) throws IOException {
    try {
      Files.createFile(once);
    } catch (FileAlreadyExistsException e) {
      return input;
    }
    System.exit(3);
    return null;
  }
}
