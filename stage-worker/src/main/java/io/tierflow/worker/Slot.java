package io.tierflow.worker;

import io.tierflow.worker.memory.Room;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One unit of a worker's concurrency: a share consumer of its own, used by this slot's thread only,
 * and a thread for its handlers.
 */
final class Slot implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Slot.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration REST_AFTER_ERROR = Duration.ofSeconds(1);
  private static final Duration PAUSE_LOOK = Duration.ofMillis(100);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final WorkerParts parts;
  private final Consumers consumers;
  private final CountDownLatch subscribed;
  private final FetchModePolicy policy;
  private final String name;
  private boolean ready; // whether it has ever asked for tasks; the slot's thread only

  /** Makes the slot's consumers. */
  @FunctionalInterface
  interface Consumers {
    ShareConsumer<byte[], byte[]> make(boolean batch);
  }

  Slot(WorkerParts parts, Consumers consumers, CountDownLatch subscribed, String name) {
    this.parts = parts;
    this.consumers = consumers;
    this.subscribed = subscribed;
    this.policy = new FetchModePolicy(parts.config().fetchMode());
    this.name = name;
  }

  @Override
  public void run() {
    Room.Seat seat = parts.room().seat();
    try (HandlerThread thread =
        new HandlerThread(name + "-handler", parts.counters().abandoned, seat)) {
      while (!parts.stop().isStopping()) {
        if (!parts.isPaused()
            && !parts.coordinator().isAway()
            && hasMachine()
            && thread.seat().take()) {
          consume(thread);
        } else {
          nowReady(); // it asks for nothing, which is what it is to do
          parts.stop().pause(PAUSE_LOOK);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.warn("{} was interrupted and ends; its task will be delivered again", name);
    }
  }

  private void consume(HandlerThread thread) throws InterruptedException {
    try {
      follow(thread, policy.isBatch());
    } catch (RuntimeException | Error e) {
      // Whatever was in hand is delivered again; a new consumer begins clean. Of errors, too: a
      // thread that ended here would leave a worker that looks well and does not work.
      log.error("{} begins anew after an error of its consumer", name, e);
      parts.stop().pause(REST_AFTER_ERROR);
    } finally {
      thread.seat().leave();
    }
  }

  /**
   * Works with one consumer, as long as tasks are to be taken in this way, the coordinator answers
   * and the slot has its share of the memory. Then it is closed: one that is open but not asked
   * might hold tasks that it has fetched ahead.
   */
  private void follow(HandlerThread thread, boolean batch) throws InterruptedException {
    ShareConsumer<byte[], byte[]> consumer = consumers.make(batch);
    try {
      consumer.subscribe(List.of(parts.config().topics().tasks(parts.config().lane())));
      while (!parts.takesNothing() && !parts.coordinator().isAway() && policy.isBatch() == batch) {
        long asked = parts.clock().nano();
        List<ConsumerRecord<byte[], byte[]>> records = poll(consumer);
        nowReady();
        if (!records.isEmpty()) {
          work(new Turn(parts, thread, consumer, policy), records, asked);
        }
        thread.seat().leave(); // whose task needs more than its share goes first
        if (!thread.seat().take()) {
          return;
        }
      }
    } finally {
      close(consumer);
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> poll(ShareConsumer<byte[], byte[]> consumer) {
    long before = cpuNanos();
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    consumer.poll(POLL).forEach(records::add);
    if (records.isEmpty()) {
      parts.coordinator().polledInVain(cpuNanos() - before);
    }
    return records;
  }

  /** The processor time of this thread; always the same where the Java machine can't tell. */
  private static long cpuNanos() {
    return THREADS.isCurrentThreadCpuTimeSupported() ? THREADS.getCurrentThreadCpuTime() : 0;
  }

  private boolean hasMachine() throws InterruptedException {
    return parts.machine().isThere() || parts.machine().isBack();
  }

  private void nowReady() {
    if (!ready) {
      ready = true;
      subscribed.countDown();
    }
  }

  private void work(Turn turn, List<ConsumerRecord<byte[], byte[]>> records, long asked)
      throws InterruptedException {
    parts.counters().busy.incrementAndGet();
    try {
      turn.work(records, parts.clock().nano() - asked);
    } finally {
      parts.counters().busy.decrementAndGet();
    }
  }

  private void close(ShareConsumer<byte[], byte[]> consumer) {
    try {
      consumer.close(CLOSE_TIMEOUT);
    } catch (RuntimeException e) { // what made it necessary to close is what matters
      log.warn("{}: its consumer did not close cleanly: {}", name, e.toString());
    }
  }
}
