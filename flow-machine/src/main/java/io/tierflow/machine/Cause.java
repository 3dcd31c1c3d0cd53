package io.tierflow.machine;

import java.util.Optional;

/**
 * What an input is remembered by in the entries that it changed; its repetitions have the same.
 *
 * @param name unique among the inputs of one run
 * @param subject the entry that the input is about
 * @param task the task that the input is about, if it is about one
 */
record Cause(String name, EntryKey subject, Optional<TaskKey> task) {

  static final String SUBMIT = "SUBMIT";
  static final String CANCEL = "CANCEL";
  private static final String RESUME = "RESUME@";
  private static final String RELEASE = "RELEASE@";
  private static final String TURN = "TURN@";
  private static final String CHECK = "CHECK@";
  private static final String POOL_GONE = "POOL_GONE:";
  private static final String POOL_BACK = "POOL_BACK:";

  static Cause of(Input input) {
    if (input instanceof Input.Reply reply) {
      return of(reply.task() + "#" + reply.attempt(), reply.task());
    }
    if (input instanceof Input.DeadlineReached reached) {
      Deadline deadline = reached.deadline();
      if (deadline.kind() == Deadline.Kind.CHECK) {
        // It is about everything that is out; like a resumed run, it must not end before its parts.
        return new Cause(CHECK + deadline.dueAt(), EntryKey.INPUT, Optional.empty());
      }
      return of(
          deadline.kind() + ":" + deadline.task() + "#" + deadline.attempt(), deadline.task());
    }
    if (input instanceof Input.Pause pause) {
      return new Cause("PAUSE@" + pause.id(), EntryKey.RUN, Optional.empty());
    }
    if (input instanceof Input.Release release) {
      String name = release.turns().isEmpty() ? RELEASE : TURN;
      return new Cause(name + release.id(), EntryKey.INPUT, Optional.empty());
    }
    if (input instanceof Input.PoolGone gone) {
      return of(
          POOL_GONE
              + gone.lane()
              + gone.wanted().map(it -> need(it.handler(), it.memory())).orElse(""),
          null);
    }
    if (input instanceof Input.PoolBack back) {
      return of(
          POOL_BACK
              + back.lane()
              + back.handler().map(name -> need(name, back.memory())).orElse(""),
          null);
    }
    // A submitted run must be there before its parts; one that is cancelled, or has nothing left
    // when it goes on, must not end before them.
    if (input instanceof Input.Resume resume) {
      return new Cause(RESUME + resume.id(), EntryKey.INPUT, Optional.empty());
    }
    return input instanceof Input.Submit
        ? new Cause(SUBMIT, EntryKey.RUN, Optional.empty())
        : new Cause(CANCEL, EntryKey.INPUT, Optional.empty());
  }

  /** Whether a cause of this name is a timer by which the runner gives attempts up. */
  static boolean givesUp(String name) {
    return name.startsWith(CHECK) || name.startsWith(Deadline.Kind.HEARTBEAT.name());
  }

  /** Whether it says that a worker is there. */
  static boolean isPoolBack(String name) {
    return name.startsWith(POOL_BACK);
  }

  /** Whether it says that none is there. */
  static boolean isPoolGone(String name) {
    return name.startsWith(POOL_GONE);
  }

  /** Whether it is a look at what the run waits for, of which there are many. */
  static boolean isLook(String name) {
    return name.startsWith(CHECK);
  }

  /** Whether a cause of this name is the end of a pause of a flow or a class. */
  static boolean isRelease(String name) {
    return name.startsWith(RELEASE);
  }

  /** Whether a cause of this name can have sent elements of any for-each that is going on. */
  static boolean maySendAnyElement(String name) {
    return name.startsWith(RESUME) || name.startsWith(RELEASE) || name.startsWith(CHECK);
  }

  private static String need(String handler, long memory) {
    return "/" + handler + (memory == 0 ? "" : "/" + memory);
  }

  private static Cause of(String name, TaskKey task) {
    return new Cause(
        name, task == null ? EntryKey.MISSING : EntryKey.of(task), Optional.ofNullable(task));
  }
}
