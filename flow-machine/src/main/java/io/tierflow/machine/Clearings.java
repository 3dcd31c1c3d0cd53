package io.tierflow.machine;

import io.tierflow.machine.MissingRecord.Flag;
import io.tierflow.machine.MissingRecord.Reason;

/** Why flags have cleared, in words: it follows from the inputs that cleared them. */
public final class Clearings {

  private Clearings() {}

  /** Why a flag has cleared; null while it stands. */
  public static String words(Flag flag) {
    String cause = flag.clearCause();
    if (cause == null) {
      return null;
    }
    if (Cause.isPoolBack(cause)) {
      return flag.isLack()
          ? "a worker with its "
              + (flag.wanted().tooLarge() ? "handler and memory" : "handler")
              + " is there"
          : "a worker of its class is there";
    }
    if (Cause.isPoolGone(cause)) {
      return "it is flagged for another reason";
    }
    if (cause.equals(Cause.CANCEL)) {
      return "the run was cancelled";
    }
    if (flag.reason() == Reason.UNACCOUNTED) {
      return cause.startsWith(Deadline.Kind.PRUNE.name())
          ? "the run was removed"
          : "something of it is out again, or the run has ended";
    }
    if (flag.task() == null) {
      return "the run has ended";
    }
    String reply = flag.task() + "#";
    return cause.startsWith(reply)
        ? "attempt " + cause.substring(reply.length()) + " was heard of"
        : "its stage or run has ended";
  }
}
