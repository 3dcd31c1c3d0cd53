package io.tierflow.worker.handlers;

import io.tierflow.handler.StageException;

/** Where programs run: on the worker's machine, or on another. Thread-safe. */
public interface Programs {

  /**
   * Starts a program, with its files sent.
   *
   * @throws StageException if it was not started: there is no such program, folder or file, or its
   *     machine cannot be worked with
   */
  Program start(ProgramSpec spec) throws StageException, InterruptedException;
}
