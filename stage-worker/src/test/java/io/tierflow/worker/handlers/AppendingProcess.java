package io.tierflow.worker.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Another worker's process that appends to a shared file once it is given a line to begin with. */
final class AppendingProcess implements AutoCloseable {

  static final int RECORDS = 400;

  private final Process process;
  private final BufferedReader output;

  private AppendingProcess(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  static AppendingProcess start(Path file) throws IOException {
    AppendingProcess started =
        new AppendingProcess(
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    AppendingProcess.class.getName(),
                    file.toString())
                .redirectErrorStream(true)
                .start());
    started.expect("ready");
    return started;
  }

  void begin() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  void awaitDone() throws IOException {
    expect("done");
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** Appends records whose column {@code who} is this process, as one worker's tasks would. */
  @SuppressWarnings("InterruptedExceptionSwallowed") // tests hand on whatever comes
  static void append(Path file) throws Exception {
    Attempt attempt = Attempt.with("{'path': '%s', 'format': 'csv', 'mode': 'append'}", file);
    for (int i = 0; i < RECORDS; i++) {
      JsonNode record = Attempt.json("{'who': %d, 'i': %d}", ProcessHandle.current().pid(), i);
      attempt.run(new FileStoreHandler(), record);
    }
  }

  /** The process itself. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] args) throws Exception {
    Attempt.json("1"); // loads what parsing needs, so that both begin together
    System.out.println("ready");
    if (System.in.read() < 0) {
      return; // the test is gone
    }
    append(Path.of(args[0]));
    System.out.println("done");
  }

  private void expect(String word) throws IOException {
    String line = output.readLine();
    if (!word.equals(line)) {
      throw new IOException("expected '" + word + "' of the other process, found: " + line);
    }
  }
}
