package io.tierflow.flow.file;

/** Where a node stands in its text, from 1; zeros when it came from no text. */
record Place(int line, int column) {

  static final Place NONE = new Place(0, 0);
}
