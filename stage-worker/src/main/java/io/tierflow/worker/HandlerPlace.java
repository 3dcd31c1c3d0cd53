package io.tierflow.worker;

import com.sun.management.OperatingSystemMXBean;
import io.tierflow.flow.Launcher;
import io.tierflow.flow.file.ByteSize;
import io.tierflow.handler.Handlers;
import io.tierflow.worker.isolation.HandlerCalls;
import io.tierflow.worker.isolation.NotRunException;
import io.tierflow.worker.isolation.ProcessCalls;
import io.tierflow.worker.isolation.ThreadCalls;
import io.tierflow.worker.memory.Room;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prepares the place where a worker's handlers run: its own threads, or processes. */
final class HandlerPlace {

  private static final Logger log = LoggerFactory.getLogger(HandlerPlace.class);

  private HandlerPlace() {}

  /**
   * The memory that a worker's slots share: that of its processes, or its heap. Of programs on
   * other machines nothing is known.
   */
  static Room room(WorkerConfig config) {
    if (config.launcher() == Launcher.SSH) {
      return Room.unlimited();
    }
    return config
        .isolation()
        .map(limits -> Room.of(limits.poolBytes(config.slots()), limits.memoryBytes()))
        .orElseGet(() -> heap(config.slots()));
  }

  private static Room heap(int slots) {
    long bytes = Runtime.getRuntime().maxMemory();
    return Room.of(bytes, bytes / slots);
  }

  /**
   * Prepares it; what of processes is not limited is warned of here, once.
   *
   * @param handlers those of threads; processes load their own
   * @throws WorkerStartException if the first process does not start; the message says why
   */
  static HandlerCalls start(WorkerConfig config, Handlers handlers)
      throws WorkerStartException, InterruptedException {
    if (config.isolation().isEmpty()) {
      return new ThreadCalls(handlers);
    }
    try {
      ProcessCalls calls =
          ProcessCalls.start(config.isolation().get(), config.slots(), config.maxOutputBytes());
      log.info("handlers run in processes, limited by {}", calls.limitedBy());
      calls
          .notLimited()
          .ifPresent(
              lack ->
                  log.warn(
                      "handlers run in processes, limited only by {}: {}",
                      calls.limitedBy(),
                      lack));
      moreThanThereIs(config.isolation().get().poolBytes(config.slots()), memoryHere())
          .ifPresent(log::warn);
      return calls;
    } catch (NotRunException e) {
      throw new WorkerStartException(WorkerStartException.Reason.INVALID, e.getMessage(), e);
    }
  }

  /** What is wrong with a pool's memory on a machine with so much; empty if nothing is. */
  static Optional<String> moreThanThereIs(long pool, long here) {
    return pool <= here
        ? Optional.empty()
        : Optional.of(
            "the slots may use "
                + ByteSize.text(pool)
                + " of memory together: expected less than the "
                + ByteSize.text(here)
                + " of this machine or container; tasks will be killed before they use up theirs");
  }

  // Of the container, if the process is in one.
  private static long memoryHere() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }
}
