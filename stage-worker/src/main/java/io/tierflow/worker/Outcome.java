package io.tierflow.worker;

import io.tierflow.flow.Failure;

/** How an attempt ended here. */
sealed interface Outcome {

  /** With an output. */
  record Succeeded(Output output) implements Outcome {}

  /** Without one. */
  record Failed(Failure failure) implements Outcome {}
}
