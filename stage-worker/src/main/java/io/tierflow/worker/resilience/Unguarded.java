package io.tierflow.worker.resilience;

import io.tierflow.flow.Failure;
import java.time.Duration;

/** A call of a handler without a policy. */
record Unguarded() implements Call {

  @Override
  public Duration delay() {
    return Duration.ZERO;
  }

  @Override
  public void begins() {
    // nobody measures it
  }

  @Override
  public void succeeded() {
    // nobody wants to know
  }

  @Override
  public Failure failed(Failure failure) {
    return failure;
  }

  @Override
  public void close() {
    // nothing is held
  }
}
