package io.tierflow.runner.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Writes the changelogs of the partitions that one stream thread owns, and sees to it that nobody
 * else does: each partition has a producer with a transactional id of its own. Who takes a
 * partition over begins with the same id, by which the broker gives up what the owner before had
 * not committed and refuses whatever still comes from it, be it late by hours.
 *
 * <p>What was written counts from the next commit on, all or nothing; readers of committed records
 * never see anything else. One stream thread owns it.
 */
final class StateWriters {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

  /**
   * How long what was written may be void if this runner dies: what followed from it is sent again
   * then. Shorter would have the thread wait for commits more often.
   */
  static final long OLDEST_MILLIS = 50;

  private final IntFunction<Producer<byte[], byte[]>> producers;
  private final int largest;
  private final LongSupplier clock;
  private final Map<Integer, Writer> writers = new HashMap<>();
  private volatile boolean lost;

  private static final class Writer {
    final Producer<byte[], byte[]> producer;
    boolean open;
    long since; // it is open, in milliseconds

    Writer(Producer<byte[], byte[]> producer) {
      this.producer = producer;
    }
  }

  /**
   * Owns nothing yet.
   *
   * @param producers makes the producer of a partition, not initialized yet
   * @param largest how many bytes a record may have
   * @param clock in milliseconds
   */
  StateWriters(IntFunction<Producer<byte[], byte[]>> producers, int largest, LongSupplier clock) {
    this.producers = producers;
    this.largest = largest;
    this.clock = clock;
  }

  /** From now on this thread alone writes the state of a partition. Nothing if it does already. */
  void own(int partition) {
    if (writers.containsKey(partition)) {
      return;
    }
    Producer<byte[], byte[]> producer = producers.apply(partition);
    try {
      producer.initTransactions();
    } catch (RuntimeException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
    writers.put(partition, new Writer(producer));
  }

  /** Ends with a partition after committing what was written; another thread may own it next. */
  void handOver(int partition) {
    Writer writer = writers.remove(partition);
    if (writer != null) {
      try {
        commit(writer);
      } finally {
        writer.producer.close(CLOSE_LIMIT);
      }
    }
  }

  /** A partition was taken away: what was not committed is nowhere but in the local store. */
  void lose(int partition) {
    Writer writer = writers.remove(partition);
    if (writer != null) {
      lost |= writer.open;
      writer.producer.close(Duration.ZERO);
    }
  }

  /** Whether a local store has what its changelog never will. Any thread may ask. */
  boolean isLost() {
    return lost;
  }

  /**
   * Refuses to go on where a local store has what its changelog never will.
   *
   * @throws IllegalStateException then: the stores must be filled again from their changelogs
   */
  void requireWhole() {
    if (isLost()) {
      throw new IllegalStateException(
          "another runner took partitions over, and what was not committed of their state is void");
    }
  }

  /** Writes a record of the changelog of a partition that this thread owns. */
  Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
    Writer writer = writers.get(record.partition());
    if (writer == null) {
      throw new IllegalStateException(
          record.topic()
              + "-"
              + record.partition()
              + ": found a write, expected none by this thread");
    }
    int size = bytes(record.key()) + bytes(record.value());
    if (size > largest) {
      // Not by the producer: it would take the whole transaction back.
      RecordTooLargeException refused =
          new RecordTooLargeException(
              record.topic() + ": found " + size + " bytes, expected at most " + largest);
      callback.onCompletion(null, refused);
      return CompletableFuture.failedFuture(refused);
    }
    if (!writer.open) {
      writer.producer.beginTransaction();
      writer.open = true;
      writer.since = clock.getAsLong();
    }
    return writer.producer.send(record, callback);
  }

  /** Returns when all that was written is confirmed and counts. */
  void commit() {
    writers.values().forEach(StateWriters::commit);
  }

  /** Commits what is due; how many milliseconds there are until more is. */
  long commitWhatIsDue() {
    long now = clock.getAsLong();
    long next = Long.MAX_VALUE;
    for (Writer writer : writers.values()) {
      if (writer.open && now - writer.since >= OLDEST_MILLIS) {
        commit(writer);
      } else if (writer.open) {
        next = Math.min(next, OLDEST_MILLIS - (now - writer.since));
      }
    }
    return next;
  }

  private static void commit(Writer writer) {
    if (writer.open) {
      writer.producer.commitTransaction();
      writer.open = false;
    }
  }

  /** Ends; what was not committed is void. */
  void close(Duration timeout) {
    for (Writer writer : writers.values()) {
      lost |= writer.open;
      writer.producer.close(timeout);
    }
    writers.clear();
  }

  private static int bytes(byte[] part) {
    return part == null ? 0 : part.length;
  }
}
