package io.tierflow.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeShareGroupsOptions;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the coordinator of the workers' share group answers. While it does not, both threads of
 * each Kafka share consumer (4.3) go round without waiting, and an idle worker takes whole
 * processors, also from the broker that tries to come back. So slots give their consumers up then.
 * Thread-safe: slots suspect, one thread refreshes.
 */
final class Coordinator {

  private static final Logger log = LoggerFactory.getLogger(Coordinator.class);
  private static final int ANSWER_MILLIS = 2_000;

  /** An empty poll that waits takes the thread less than 1 ms, one that goes round all it gets. */
  private static final long BURNT_NANOS = Duration.ofMillis(5).toNanos();

  private final Probe probe;
  private final String group;
  private volatile boolean suspected;
  private volatile boolean away;

  /** Asks the coordinator something. */
  @FunctionalInterface
  interface Probe {
    boolean answers() throws InterruptedException;
  }

  Coordinator(Probe probe, String group) {
    this.probe = probe;
    this.group = group;
  }

  static Coordinator of(Admin admin, String group) {
    return new Coordinator(() -> answers(admin, group), group);
  }

  /**
   * Notes an empty poll; one that burnt the processor lets the next refresh look.
   *
   * @param cpuNanos the processor time that it took of its thread
   */
  void polledInVain(long cpuNanos) {
    if (cpuNanos > BURNT_NANOS) {
      suspected = true;
    }
  }

  /** Whether it did not answer the last time, and has not since. */
  boolean isAway() {
    return away;
  }

  /** Asks, if there is reason to; goes on with that until there is an answer. */
  void refresh() throws InterruptedException {
    if (!suspected) {
      return;
    }
    boolean gone = !probe.answers();
    if (gone != away) {
      log.warn("the coordinator of {} {}", group, gone ? "does not answer" : "answers again");
    }
    away = gone;
    suspected = gone;
  }

  // A refusal is an answer: what to do about it, the consumers find out.
  private static boolean answers(Admin admin, String group) throws InterruptedException {
    try {
      admin
          .describeShareGroups(
              List.of(group), new DescribeShareGroupsOptions().timeoutMs(ANSWER_MILLIS))
          .describedGroups()
          .get(group)
          .get();
      return true;
    } catch (ExecutionException e) {
      return !(e.getCause() instanceof RetriableException);
    }
  }
}
