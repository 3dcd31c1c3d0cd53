package io.tierflow.runner.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Text in aligned columns under a heading, for people. What a cell holds that a terminal would obey
 * is replaced; a cell before the last is cut, so that one does not push all others off the screen.
 */
final class Table {

  private static final int LONGEST = 80;

  private final List<List<String>> rows = new ArrayList<>();

  Table(String... headings) {
    rows.add(List.of(headings));
  }

  void row(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      String text = cell == null ? "-" : Notes.printable(cell.toString());
      row.add(row.size() < cells.length - 1 ? cut(text) : text);
    }
    rows.add(row);
  }

  List<String> lines() {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(i == 0 ? "" : "  ").append(left(row.get(i), widths[i]));
    }
    return line.toString().stripTrailing();
  }

  private static String cut(String text) {
    return width(text) <= LONGEST
        ? text
        : text.substring(0, text.offsetByCodePoints(0, LONGEST - 1)) + "…";
  }

  static String left(String text, int width) {
    return text + " ".repeat(Math.max(0, width - width(text)));
  }

  static String right(String text, int width) {
    return " ".repeat(Math.max(0, width - width(text))) + text;
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
