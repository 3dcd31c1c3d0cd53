package io.tierflow.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Copies a child's output to its log file, line by line, and looks out for the line that begins
 * with {@code ready}.
 *
 * <p>The file is continued by the next process of the same name. One of more than 16 MB is set
 * aside as {@code NAME.log.1} first, so that a child's logs stay bounded. Copying happens on one
 * thread; the other methods may be called from any.
 */
final class ChildLog {

  private static final int KEPT_LINES = 30;
  private static final long MAX_CHARS = 16L * 1024 * 1024;

  private final Path file;
  private final CompletableFuture<String> ready = new CompletableFuture<>();
  private final Deque<String> lastLines = new ArrayDeque<>(); // guarded by itself

  ChildLog(Path file) {
    this.file = file;
  }

  /** Completed with the child's {@code ready} line. */
  CompletableFuture<String> ready() {
    return ready;
  }

  /** The newest lines, oldest first. */
  List<String> lastLines() {
    synchronized (lastLines) {
      return List.copyOf(lastLines);
    }
  }

  /** Copies until the child closes its output, which it does by ending. */
  void copy(InputStream output) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8));
    long written = Files.exists(file) ? Files.size(file) : 0;
    Writer log = open();
    try {
      String line = lines.readLine();
      while (line != null) {
        if (written > MAX_CHARS) {
          log.close();
          Files.move(
              file,
              file.resolveSibling(file.getFileName() + ".1"),
              StandardCopyOption.REPLACE_EXISTING);
          log = open();
          written = 0;
        }
        log.write(line + "\n");
        // At once: the lines before a crash are those that matter.
        log.flush();
        written += line.length() + 1L;
        note(line);
        line = lines.readLine();
      }
    } finally {
      log.close();
    }
  }

  private Writer open() throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    return Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void note(String line) {
    synchronized (lastLines) {
      if (lastLines.size() == KEPT_LINES) {
        lastLines.removeFirst();
      }
      lastLines.addLast(line);
    }
    if (line.equals("ready") || line.startsWith("ready ")) {
      ready.complete(line);
    }
  }
}
