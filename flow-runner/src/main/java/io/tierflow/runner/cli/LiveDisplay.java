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

  private static final String ESCAPE = "\u001b[";
  private static final String CLEAR_LINE_END = ESCAPE + "K";
  private static final String CLEAR_BELOW = ESCAPE + "J";

  /** Without wrapping, one line of the tree is one row of the terminal: the count going up fits. */
  private static final String WRAP_OFF = ESCAPE + "?7l";

  private static final String WRAP_ON = ESCAPE + "?7h";

  private final PrintWriter out;
  private final RunTree tree;
  private final int height;
  private int drawn;
  private String note = "";

  /**
   * Draws on a terminal.
   *
   * @param height the terminal's rows; a taller tree is cut, since it could not be drawn over
   */
  public LiveDisplay(PrintWriter out, RunTree tree, int height) {
    this.out = out;
    this.tree = tree;
    this.height = Math.max(height, 3);
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
    // The cursor rests on the row below the tree.
    if (lines.size() > height - 1) {
      int hidden = lines.size() - (height - 2);
      lines = new ArrayList<>(lines.subList(0, height - 2));
      lines.add("… " + hidden + " more lines");
    }
    draw(lines);
  }

  @Override
  public void note(String text) {
    note = text;
  }

  private void draw(List<String> lines) {
    StringBuilder frame = new StringBuilder(WRAP_OFF);
    if (drawn > 0) {
      frame.append(ESCAPE).append(drawn).append('A');
    }
    for (String line : lines) {
      frame.append('\r').append(line).append(CLEAR_LINE_END).append('\n');
    }
    out.print(frame.append(CLEAR_BELOW).append(WRAP_ON));
    out.flush();
    drawn = lines.size();
  }
}
