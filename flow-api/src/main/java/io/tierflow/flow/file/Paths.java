package io.tierflow.flow.file;

/** Writes paths into a flow: {@code pipelines.report.stages[0].class}. */
final class Paths {

  private Paths() {}

  static String key(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  static String index(String path, int index) {
    return path + "[" + index + "]";
  }
}
