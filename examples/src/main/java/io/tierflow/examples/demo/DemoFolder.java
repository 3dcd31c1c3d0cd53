package io.tierflow.examples.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a demo keeps its data: a folder of the user's, which stays, or a temporary one.
 *
 * @param path the folder, which exists
 * @param temporary whether it is to be deleted at the end
 */
record DemoFolder(Path path, boolean temporary) {

  /** The user's folder, made if it is missing, or a new temporary one for null. */
  static DemoFolder of(Path data, boolean keep) throws IOException {
    return data == null
        ? new DemoFolder(Files.createTempDirectory("tierflow-demo-"), !keep)
        : new DemoFolder(Files.createDirectories(data), false);
  }

  /** Deletes a temporary folder; does nothing for another one. May be called again. */
  void deleteIfTemporary() throws IOException {
    if (!temporary || Files.notExists(path)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(path)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    } catch (NoSuchFileException e) {
      return; // deleted by another thread meanwhile
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path each : deepestFirst) {
      Files.deleteIfExists(each);
    }
  }
}
