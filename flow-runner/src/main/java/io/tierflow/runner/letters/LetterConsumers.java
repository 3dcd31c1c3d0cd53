package io.tierflow.runner.letters;

import io.tierflow.runner.RunService.UnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Lends out consumers without a group, each to one reader at a time, and a few at once: who comes
 * when all are lent waits. Thread-safe.
 */
final class LetterConsumers implements AutoCloseable {

  private static final int AT_ONCE = 4;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Map<String, Object> settings;
  private final Semaphore permits = new Semaphore(AT_ONCE);
  private final Queue<Consumer<byte[], byte[]>> idle = new ConcurrentLinkedQueue<>();

  LetterConsumers(Map<String, Object> kafka) {
    settings = new HashMap<>(kafka);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    // Letters before the oldest have been deleted: the list goes on with what is there.
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    // A consumer has one fetch under way: the next reader would wait for one at the topic's end.
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(TIMEOUT.toMillis()));
  }

  /**
   * Reads with a consumer.
   *
   * @throws UnavailableException if Kafka does not answer, or no consumer is free within 10 s
   */
  <T> T with(Function<Consumer<byte[], byte[]>, T> reading) {
    try {
      if (!permits.tryAcquire(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new UnavailableException("too many are reading dead letters; try again", null);
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    try {
      return lent(reading);
    } finally {
      permits.release();
    }
  }

  private <T> T lent(Function<Consumer<byte[], byte[]>, T> reading) {
    Consumer<byte[], byte[]> lent = idle.poll();
    Consumer<byte[], byte[]> consumer = lent == null ? consumer() : lent;
    boolean reusable = false;
    try {
      T result = reading.apply(consumer);
      reusable = true;
      return result;
    } catch (InterruptException e) {
      throw interrupted(e);
    } catch (KafkaException e) {
      throw new UnavailableException("the dead letters cannot be read: " + e.getMessage(), e);
    } finally {
      if (reusable) {
        idle.add(consumer);
      } else {
        consumer.close();
      }
    }
  }

  private Consumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static UnavailableException interrupted(Exception cause) {
    Thread.currentThread().interrupt();
    return new UnavailableException("interrupted while reading dead letters", cause);
  }

  /** Closes what is not lent; nobody may be reading any more. */
  @Override
  public void close() {
    for (Consumer<byte[], byte[]> next = idle.poll(); next != null; next = idle.poll()) {
      next.close();
    }
  }
}
