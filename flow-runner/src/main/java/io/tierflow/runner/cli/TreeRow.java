package io.tierflow.runner.cli;

import java.util.List;
import java.util.function.Function;

/** One line of a tree before its columns are aligned with those of the others. */
record TreeRow(String entry, String resourceClass, String worker, String time, String notes) {

  /** A line that has no columns, and widens none. */
  static TreeRow text(String text) {
    return new TreeRow(text, null, null, null, null);
  }

  static List<String> aligned(List<TreeRow> rows) {
    int entry = width(rows, TreeRow::entry);
    int resourceClass = width(rows, TreeRow::resourceClass);
    int worker = width(rows, TreeRow::worker);
    int time = width(rows, TreeRow::time);
    return rows.stream()
        .map(
            row ->
                row.isText()
                    ? row.entry
                    : Table.left(row.entry, entry)
                        + column(Table.left(row.resourceClass, resourceClass))
                        + column(Table.left(row.worker, worker))
                        + column(Table.right(row.time, time))
                        + column(row.notes))
        .map(String::stripTrailing)
        .toList();
  }

  private boolean isText() {
    return resourceClass == null;
  }

  private static int width(List<TreeRow> rows, Function<TreeRow, String> column) {
    return rows.stream()
        .filter(row -> !row.isText())
        .map(column)
        .mapToInt(text -> text.codePointCount(0, text.length()))
        .max()
        .orElse(0);
  }

  private static String column(String text) {
    return text.isEmpty() ? "" : "  " + text;
  }
}
