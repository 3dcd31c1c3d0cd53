package io.tierflow.runner.cli;

import io.tierflow.client.RunView;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Help.Ansi;

/** Draws a run's tree over itself on a terminal. One thread only. */
public final class LiveDisplay implements RunDisplay {

  private final Screen screen;
  private final RunTree tree;
  private String note = "";

  /**
   * Draws on a terminal.
   *
   * @param height the terminal's rows; a taller tree is cut, since it could not be drawn over
   */
  public LiveDisplay(PrintWriter out, RunTree tree, int height) {
    this.screen = new Screen(out, height);
    this.tree = tree;
  }

  /** A display on the terminal that standard output is; empty if it is none. */
  public static Optional<LiveDisplay> onTerminal(PrintWriter out) {
    return Ansi.AUTO.enabled()
        ? Optional.of(
            new LiveDisplay(
                out, new RunTree(Glyphs.of(Charset.defaultCharset())), TerminalSize.rows()))
        : Optional.empty();
  }

  @Override
  public void show(RunView run, Instant now) {
    List<String> lines = new ArrayList<>(tree.lines(run, now));
    if (!note.isEmpty()) {
      lines.add(note);
      note = "";
    }
    screen.draw(lines);
  }

  @Override
  public void note(String text) {
    note = text;
  }
}
