package io.tierflow.runner.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Draws lines over those drawn before, on a terminal. One thread only. */
final class Screen {

  private static final String ESCAPE = "\u001b[";
  private static final String CLEAR_LINE_END = ESCAPE + "K";
  private static final String CLEAR_BELOW = ESCAPE + "J";

  /** Without wrapping, one line is one row of the terminal: the count going up fits. */
  private static final String WRAP_OFF = ESCAPE + "?7l";

  private static final String WRAP_ON = ESCAPE + "?7h";

  private final PrintWriter out;
  private final int height;
  private int drawn;

  /**
   * Draws on a terminal.
   *
   * @param height the terminal's rows; more lines are cut, since they could not be drawn over
   */
  Screen(PrintWriter out, int height) {
    this.out = out;
    this.height = Math.max(height, 3);
  }

  void draw(List<String> all) {
    List<String> lines = all;
    // The cursor rests on the row below.
    if (lines.size() > height - 1) {
      int hidden = lines.size() - (height - 2);
      lines = new ArrayList<>(lines.subList(0, height - 2));
      lines.add("… " + hidden + " more lines");
    }
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
