package io.tierflow.flow.file;

import java.io.Serializable;

/**
 * One thing that is wrong with a flow.
 *
 * @param source the file's name, or whatever else says where the flow came from
 * @param line from 1; 0 when the flow came from no text
 * @param column from 1, in characters; 0 when the flow came from no text
 * @param path where in the flow, for example {@code pipelines.report.stages[0].class}; empty for
 *     the whole document
 * @param found what stands there
 * @param expected what should stand there
 * @param message all of it in one line: {@code flow.yaml:12:9: pipelines.report.stages[0].class:
 *     found 'hughe', expected one of huge, small (did you mean huge?)}
 */
public record Problem(
    String source, int line, int column, String path, String found, String expected, String message)
    implements Serializable {

  /** A problem of a flow that came from no text. */
  public static Problem of(String source, String path, String found, String expected) {
    return at(source, Place.NONE, path, found, expected);
  }

  static Problem at(String source, Place place, String path, String found, String expected) {
    String where = place.equals(Place.NONE) ? "" : ":" + place.line() + ":" + place.column();
    String message =
        source
            + where
            + ": "
            + (path.isEmpty() ? "" : path + ": ")
            + "found "
            + found
            + ", expected "
            + expected;
    return new Problem(source, place.line(), place.column(), path, found, expected, message);
  }

  @Override
  public String toString() {
    return message;
  }
}
