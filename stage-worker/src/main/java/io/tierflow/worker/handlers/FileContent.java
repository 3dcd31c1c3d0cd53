package io.tierflow.worker.handlers;

import io.tierflow.handler.StageException;
import java.util.List;

/** What is written to a file, in one of its formats. */
sealed interface FileContent permits CsvContent, JsonContent {

  /** How many records it holds. */
  int records();

  /**
   * The bytes that go after what the file holds.
   *
   * @param firstLine the file's first line, or none if the file is empty
   * @throws StageException if what the file holds does not go together with it
   */
  byte[] from(List<String> firstLine) throws StageException;
}
