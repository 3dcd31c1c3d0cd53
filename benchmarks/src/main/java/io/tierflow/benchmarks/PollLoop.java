package io.tierflow.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.WakeupException;

/** One thread with one consumer that hands each record to a reader; ends with its first failure. */
final class PollLoop implements AutoCloseable {

  /** Takes one record; whatever it throws ends the loop. */
  interface Reader {
    void read(ConsumerRecord<byte[], byte[]> entry) throws Exception;
  }

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration JOIN_LIMIT = Duration.ofSeconds(60);

  private final Consumer<byte[], byte[]> consumer;
  private final Reader reader;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final CountDownLatch assigned = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean stopping;

  private PollLoop(String name, Consumer<byte[], byte[]> consumer, Reader reader) {
    this.consumer = consumer;
    this.reader = reader;
    this.thread = new Thread(this::run, name);
  }

  /** Subscribes, starts the thread, and returns once partitions are assigned. */
  static PollLoop start(
      String name, Consumer<byte[], byte[]> consumer, List<String> topics, Reader reader)
      throws InterruptedException {
    consumer.subscribe(topics);
    PollLoop loop = new PollLoop(name, consumer, reader);
    loop.thread.start();
    if (!loop.assigned.await(JOIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
      loop.close();
      throw new IllegalStateException(
          name + " got no partition of " + topics + " within " + JOIN_LIMIT.toSeconds() + " s");
    }
    loop.check();
    return loop;
  }

  /** Ends the loop from a producer's callback. */
  void fail(Exception cause) {
    ended.completeExceptionally(cause);
    consumer.wakeup();
  }

  /**
   * Does nothing as long as the loop is well.
   *
   * @throws IllegalStateException with what ended it
   */
  void check() {
    if (ended.isCompletedExceptionally()) {
      Throwable cause = ended.handle((none, failure) -> failure).join();
      throw new IllegalStateException(thread.getName() + " failed: " + cause.getMessage(), cause);
    }
  }

  private void run() {
    try (consumer) {
      while (!stopping && !ended.isDone()) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
          reader.read(each);
        }
        if (!consumer.assignment().isEmpty()) {
          assigned.countDown();
        }
      }
      ended.complete(null);
    } catch (WakeupException e) {
      ended.complete(null); // asked to stop, or failed already
    } catch (Exception e) { // every kind is told by check()
      ended.completeExceptionally(e);
    } finally {
      assigned.countDown();
    }
  }

  /** Stops the thread, waits for it, and tells its failure as {@link #check()} does. */
  @Override
  public void close() {
    stopping = true;
    consumer.wakeup();
    try {
      thread.join(JOIN_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    check();
  }
}
