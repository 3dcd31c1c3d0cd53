package io.tierflow.runner.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** How many rows the terminal has. */
final class TerminalSize {

  private static final int DEFAULT_ROWS = 24;

  private TerminalSize() {}

  /** Asks {@code stty}; 24 where it does not tell. */
  static int rows() {
    try {
      Process stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")).start();
      String answer =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      boolean ended = stty.waitFor(1, TimeUnit.SECONDS);
      return ended && answer.matches("[1-9][0-9]{0,4} [0-9]+")
          ? Integer.parseInt(answer.substring(0, answer.indexOf(' ')))
          : DEFAULT_ROWS;
    } catch (IOException e) {
      return DEFAULT_ROWS; // no stty here, or no terminal
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return DEFAULT_ROWS;
    }
  }
}
