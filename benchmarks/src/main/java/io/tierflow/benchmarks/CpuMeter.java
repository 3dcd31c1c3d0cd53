package io.tierflow.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Processor time by part: other load on the machine moves it far less than it moves the clock.
 *
 * <p>Coordinator, worker and client share this JVM; each is started in a thread group of its own,
 * which the threads that it starts inherit. What belongs to no thread of theirs (compiler,
 * collector, native threads) is told as {@code jvm}. Threads that end meanwhile count there too.
 */
final class CpuMeter {

  /** The broker's process. */
  static final String BROKER = "broker";

  /** This process but for its parts. */
  static final String JVM = "jvm";

  /** All parts together. */
  static final String TOTAL = "total";

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final long brokerPid;
  private final Map<String, ThreadGroup> groups;

  /**
   * A meter of these parts.
   *
   * @param groups by the name of their part
   */
  CpuMeter(long brokerPid, Map<String, ThreadGroup> groups) {
    this.brokerPid = brokerPid;
    this.groups = Map.copyOf(groups);
  }

  /** Runs something in a thread group, so that the threads that it starts belong to it. */
  static <T> T startIn(ThreadGroup group, Callable<T> start) throws InterruptedException {
    FutureTask<T> task = new FutureTask<>(start);
    Thread thread = new Thread(group, task, group.getName() + "-start");
    thread.start();
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          group.getName() + " could not be started: " + e.getCause().getMessage(), e.getCause());
    }
  }

  /** What each part has used so far. */
  Map<String, Duration> now() {
    Map<String, Duration> used = new TreeMap<>();
    long own = 0;
    for (Map.Entry<String, ThreadGroup> part : groups.entrySet()) {
      long nanos = nanos(part.getValue());
      used.put(part.getKey(), Duration.ofNanos(nanos));
      own += nanos;
    }
    Duration process = of(ProcessHandle.current().pid());
    used.put(JVM, process.minusNanos(own));
    used.put(BROKER, of(brokerPid));
    used.put(TOTAL, process.plus(of(brokerPid)));
    return used;
  }

  /** Microseconds of processor time per unit of work, by part, between two readings. */
  static Map<String, Double> perUnit(
      Map<String, Duration> before, Map<String, Duration> after, long units) {
    Map<String, Double> micros = new TreeMap<>();
    after.forEach(
        (part, used) ->
            micros.put(part, used.minus(before.get(part)).toNanos() / 1e3 / Math.max(1, units)));
    return micros;
  }

  private static long nanos(ThreadGroup group) {
    Thread[] threads = new Thread[group.activeCount() + 64]; // some may start meanwhile
    int count = group.enumerate(threads, true);
    long nanos = 0;
    for (int i = 0; i < count; i++) {
      nanos += Math.max(0, THREADS.getThreadCpuTime(threads[i].getId())); // -1: it has ended
    }
    return nanos;
  }

  private static Duration of(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }
}
