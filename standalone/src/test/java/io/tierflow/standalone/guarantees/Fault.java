package io.tierflow.standalone.guarantees;

import java.time.Duration;

/**
 * One thing that is done to one process.
 *
 * @param kind what
 * @param victim the process's name
 * @param point what is waited for before it is done
 * @param delay how long is waited after that point
 * @param length how long it stays dead, frozen or cut off
 */
record Fault(Kind kind, String victim, Point point, Duration delay, Duration length) {

  /** What is done to a process. */
  enum Kind {
    /** SIGKILL, and started again. */
    KILL,
    /** SIGSTOP, and SIGCONT. */
    FREEZE,
    /** SIGTERM, and started again. */
    RESTART,
    /** Nothing gets through between it and Kafka for a while; a broker is alone then. */
    CUT
  }

  /** The moment at which a fault strikes. */
  enum Point {
    /** Whenever it is. */
    ANY(""),
    /** Just after a run was submitted. */
    RUN_SUBMITTED("RUN_SUBMITTED"),
    /** Just after a task was sent. */
    TASK_DISPATCHED("TASK_DISPATCHED"),
    /** Just after a start was told. */
    TASK_STARTED("TASK_STARTED"),
    /** Just after a result was applied. */
    TASK_SUCCEEDED("TASK_SUCCEEDED"),
    /** Just after a retry was put off. */
    RETRY_SCHEDULED("RETRY_SCHEDULED"),
    /** Just after something was flagged. */
    MISSING_FLAGGED("MISSING_FLAGGED");

    private final String event;

    Point(String event) {
      this.event = event;
    }

    /** The public event that is this moment; empty for any. */
    String event() {
      return event;
    }
  }
}
