package io.tierflow.flow;

/** What kind of thing went wrong with an attempt; retry policies choose by it. */
public enum FailureKind {
  /** The handler threw, or its program exited with a code other than 0. */
  HANDLER_ERROR,
  /** The input is not what the handler takes; the same input will fail again. */
  INVALID_INPUT,
  /** The attempt ran longer than its run timeout. */
  TIMED_OUT,
  /** The attempt needed more memory than its slot has. */
  OUT_OF_MEMORY,
  /** The worker died or fell silent while it held the attempt. */
  WORKER_LOST,
  /** The worker has no handler of that name. */
  UNKNOWN_HANDLER,
  /** The task's record could not be decoded. */
  UNDECODABLE,
  /** The run was cancelled while the attempt ran. */
  CANCELLED,
  /**
   * It was not the moment for it, through no fault of the task: it is tried again later, as often
   * as it takes, and uses none of its attempts.
   */
  DEFERRED
}
