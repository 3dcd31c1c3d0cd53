package io.tierflow.runner.cli;

import java.nio.charset.Charset;
import java.util.Map;

/**
 * The signs that a run's tree is drawn with.
 *
 * @param states one sign per state of a run, pipeline, stage or attempt, one column wide
 * @param branch before an entry with others below it
 * @param lastBranch before the last entry
 * @param trunk beside what hangs on a branch
 */
public record Glyphs(Map<String, String> states, String branch, String lastBranch, String trunk) {

  /** For terminals and files that take Unicode. */
  public static final Glyphs UNICODE =
      new Glyphs(
          Map.of(
              "WAITING", "·",
              "QUEUED", "○",
              "RUNNING", "●",
              "RETRYING", "↻",
              "PAUSED", "‖",
              "HELD", "‖",
              "SUCCEEDED", "✔",
              "FAILED", "✘",
              "SKIPPED", "–",
              "CANCELLED", "⊘"),
          "├─ ",
          "└─ ",
          "│  ");

  /** For everything else. */
  public static final Glyphs ASCII =
      new Glyphs(
          Map.of(
              "WAITING", ".",
              "QUEUED", "o",
              "RUNNING", "*",
              "RETRYING", "~",
              "PAUSED", "=",
              "HELD", "=",
              "SUCCEEDED", "+",
              "FAILED", "x",
              "SKIPPED", "-",
              "CANCELLED", "/"),
          "|- ",
          "`- ",
          "|  ");

  /** The signs that a charset can write. */
  public static Glyphs of(Charset charset) {
    return charset.newEncoder().canEncode("├✔↻") ? UNICODE : ASCII;
  }

  String state(String state) {
    return states.getOrDefault(state, "?");
  }
}
