package io.tierflow.worker.isolation;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import java.util.Optional;

/** Makes a call's result of a child's last word, or of its end without one. */
record Ending(Child child, Baseline before) {

  /**
   * The result.
   *
   * @param verdict why the worker ended the child itself, or null
   * @param last the child's last word, if it had one
   */
  HandlerCalls.Result of(Failure verdict, Optional<Frame> last) throws InterruptedException {
    if (last.isEmpty()) {
      ChildEnd end = child.end(before);
      return new HandlerCalls.Failed(verdict == null ? end.failure() : verdict);
    }
    if (last.get() instanceof Frame.Returned returned) {
      child.leftThreads(returned.threads());
      return new HandlerCalls.Returned(returned.contentType(), returned.output());
    }
    Frame.Failed failed = (Frame.Failed) last.get();
    child.leftThreads(failed.threads());
    return new HandlerCalls.Failed(enlightened(failed.failure()));
  }

  /** A handler often sees only that a program it started is gone, or that a thread won't start. */
  private Failure enlightened(Failure failure) {
    if (before.refusedProcesses(child.group()) > 0) {
      child.spend();
      return Failure.of(
          FailureKind.HANDLER_ERROR,
          "too many processes and threads: " + failure.message(),
          failure.detail());
    }
    MemoryKills kills = before.memoryKills(child.group());
    if (kills.any()) {
      child.spend();
      return kills.failure(
          "the kernel killed a program of the handler: "
              + kills.why(child.memoryBytes())
              + "; "
              + failure.message(),
          failure.detail());
    }
    if (failure.kind() == FailureKind.OUT_OF_MEMORY) {
      child.spend();
    }
    return failure;
  }
}
