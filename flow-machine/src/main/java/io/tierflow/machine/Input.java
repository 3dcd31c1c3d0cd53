package io.tierflow.machine;

import io.tierflow.flow.Failure;
import io.tierflow.flow.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Everything that can move a run: each comes from a record, so each can come again. */
public sealed interface Input {

  /**
   * A user starts the run, as a whole or as the replay of an earlier one.
   *
   * @param budgets the limits that were worked out from the past for it
   * @param learned by {@code pipeline/stage}: the larger class that it begins on, since it ran out
   *     of memory on its flow's; one that the flow does not climb to counts for nothing
   * @param priority which runs go first where many wait for a class; empty for the flow's
   */
  record Submit(
      Map<String, String> labels,
      Content input,
      Optional<Replay> replay,
      List<Budget> budgets,
      Map<String, String> learned,
      Optional<Priority> priority)
      implements Input {

    /** Copies list and map. */
    public Submit {
      budgets = List.copyOf(budgets);
      learned = Map.copyOf(learned);
    }

    /** One that nothing was worked out for, or learned before. */
    public Submit(Map<String, String> labels, Content input, Optional<Replay> replay) {
      this(labels, input, replay, List.of(), Map.of(), Optional.empty());
    }

    /** One of its flow's priority. */
    public Submit(
        Map<String, String> labels,
        Content input,
        Optional<Replay> replay,
        List<Budget> budgets,
        Map<String, String> learned) {
      this(labels, input, replay, budgets, learned, Optional.empty());
    }

    /** The same, held to these limits. */
    public Submit heldTo(List<Budget> limits) {
      return new Submit(labels, input, replay, limits, learned, priority);
    }

    /** A run of its own. */
    public Submit(Map<String, String> labels, Content input) {
      this(labels, input, Optional.empty());
    }
  }

  /** A user ends the run. */
  record Cancel(String reason) implements Input {}

  /** A user stops the run from sending anything new; the id is that of the command. */
  record Pause(String id) implements Input {}

  /** A user lets the run go on; the id is that of the command. */
  record Resume(String id) implements Input {}

  /**
   * What was held back is to be sent, unless something still holds it.
   *
   * @param id that of the command
   * @param turns the tasks whose turn it is: only a pause holds these still. None where a pause is
   *     over: then it is about all that is held
   */
  record Release(String id, List<TaskKey> turns) implements Input {

    /** Copies the list. */
    public Release {
      turns = List.copyOf(turns);
    }

    /** A pause is over. */
    public Release(String id) {
      this(id, List.of());
    }
  }

  /**
   * No worker of a lane, that is of a class's launcher, is live any more, or none that has a
   * handler, and memory for it.
   *
   * @param wanted what the tasks need that it is about; empty for all tasks of the lane
   * @param stopping the workers that take nothing new and still end what they have begun: those
   *     tasks wait for nobody else
   */
  record PoolGone(String lane, Optional<MissingRecord.Wanted> wanted, Set<String> stopping)
      implements Input {

    /** Copies the set. */
    public PoolGone {
      stopping = Set.copyOf(stopping);
    }

    /** Where nobody is at work any more either. */
    public PoolGone(String lane, Optional<MissingRecord.Wanted> wanted) {
      this(lane, wanted, Set.of());
    }

    /** Of whatever handler. */
    public PoolGone(String lane) {
      this(lane, Optional.empty());
    }
  }

  /**
   * A worker of a lane is live again.
   *
   * @param handler one that it has, for the tasks that were missing it; empty for those of which
   *     that is not known
   * @param memory the bytes that those tasks declare, which it has too; 0 for none
   */
  record PoolBack(String lane, Optional<String> handler, long memory) implements Input {

    /** For tasks that declare no memory. */
    public PoolBack(String lane, Optional<String> handler) {
      this(lane, handler, 0);
    }

    /** With whatever handlers. */
    public PoolBack(String lane) {
      this(lane, Optional.empty());
    }
  }

  /**
   * A timer says that a deadline has come.
   *
   * @param servedUpTo per lane, the time up to which its topic holds no task any more: all that was
   *     sent before was taken, and released or given up; lanes of which that is not known are left
   *     out
   * @param pausedClasses the classes whose workers take nothing now
   */
  record DeadlineReached(
      Deadline deadline, Map<String, Instant> servedUpTo, Set<String> pausedClasses)
      implements Input {

    /** Copies the collections. */
    public DeadlineReached {
      servedUpTo = Map.copyOf(servedUpTo);
      pausedClasses = Set.copyOf(pausedClasses);
    }

    /** Where no class is paused. */
    public DeadlineReached(Deadline deadline, Map<String, Instant> servedUpTo) {
      this(deadline, servedUpTo, Set.of());
    }

    /** Where nothing is known of the topics. */
    public DeadlineReached(Deadline deadline) {
      this(deadline, Map.of());
    }
  }

  /** A worker speaks of an attempt. */
  sealed interface Reply extends Input {
    /** Which task. */
    TaskKey task();

    /** Which attempt of it. */
    int attempt();

    /** Who speaks. */
    String worker();
  }

  /**
   * The attempt runs.
   *
   * @param handedOver set when the runner owns the lease from here: the silence after which the
   *     worker counts as lost
   * @param handOverAfter how long after its start the worker has the runner take over the lease;
   *     empty where it does not say
   */
  record Started(
      TaskKey task,
      int attempt,
      String worker,
      Instant startedAt,
      Optional<Duration> handedOver,
      Optional<Duration> handOverAfter)
      implements Reply {

    /** Whether the attempt is known to have begun so. */
    boolean isOf(Attempt known) {
      return worker.equals(known.worker())
          && startedAt.equals(known.startedAt())
          && (handedOver.isEmpty() || known.lease() != null);
    }

    /** Where its worker does not say when it hands it over. */
    public Started(
        TaskKey task,
        int attempt,
        String worker,
        Instant startedAt,
        Optional<Duration> handedOver) {
      this(task, attempt, worker, startedAt, handedOver, Optional.empty());
    }
  }

  /** The attempt still runs; fraction and message may be null. */
  record Heartbeat(TaskKey task, int attempt, String worker, Double fraction, String message)
      implements Reply {}

  /** The attempt has an output; peak memory may be null. */
  record Succeeded(
      TaskKey task,
      int attempt,
      String worker,
      Instant startedAt,
      Instant endedAt,
      Content output,
      Long peakMemoryBytes)
      implements Reply {}

  /** The attempt has none; peak memory may be null. */
  record Failed(
      TaskKey task,
      int attempt,
      String worker,
      Instant startedAt,
      Instant endedAt,
      Failure failure,
      Long peakMemoryBytes)
      implements Reply {}
}
