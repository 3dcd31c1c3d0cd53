package io.tierflow.flow.file;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong while a document is read to its end. */
final class Problems {

  /** Past this many, a document is hopeless and the list helps nobody. */
  private static final int MAX = 1000;

  private final String source;
  private final List<Problem> list = new ArrayList<>();

  Problems(String source) {
    this.source = source;
  }

  void add(Place place, String path, String found, String expected) {
    if (list.size() < MAX) {
      list.add(Problem.at(source, place, path, found, expected));
    }
  }

  void add(Node node, String path, String expected) {
    add(node.place(), path, node.describe(), expected);
  }

  /** An empty collection for the same source. */
  Problems fresh() {
    return new Problems(source);
  }

  void addAll(Problems others) {
    list.addAll(others.list);
  }

  boolean isEmpty() {
    return list.isEmpty();
  }

  /** What to throw, in the order of the text. */
  InvalidFlowException toException() {
    return new InvalidFlowException(
        list.stream()
            .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
            .toList());
  }
}
