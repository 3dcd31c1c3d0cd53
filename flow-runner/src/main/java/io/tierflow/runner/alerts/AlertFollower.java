package io.tierflow.runner.alerts;

import io.github.resilience4j.core.IntervalFunction;
import io.micrometer.core.instrument.Counter;
import io.tierflow.runner.RecentKeys;
import io.tierflow.runner.alerts.AlertTarget.NotTakenException;
import io.tierflow.schemas.RunEvents;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the event log for one target, step by step. What the target does not take stays unread: the
 * partitions are paused and asked again later, ever more seldom, so that however long the target is
 * away nothing is lost, nothing is held in memory, and the consumer keeps its place in the group.
 * One thread owns it.
 */
final class AlertFollower {

  private static final Logger LOG = LoggerFactory.getLogger(AlertFollower.class);
  private static final Duration POLL = Duration.ofMillis(500);

  /** How long one step may hand over before it asks Kafka again: else the group gives it up. */
  private static final Duration STEP_LIMIT = Duration.ofSeconds(60);

  private static final Duration LOG_AGAIN = Duration.ofMinutes(1);
  private static final int RECENT = 10_000;
  private static final int MANY_TRIES = 20;
  private static final byte[] MARK = "MISSING_".getBytes(StandardCharsets.UTF_8);

  private final Consumer<byte[], byte[]> consumer;
  private final WireCodec codec;
  private final AlertTarget target;
  private final Meters meters;
  private final InstantSource clock;
  private final IntervalFunction backoff =
      IntervalFunction.ofExponentialRandomBackoff(
          Duration.ofMillis(250), 2.0, 0.2, Duration.ofMinutes(1));
  private final RecentKeys sent = new RecentKeys(RECENT);
  private Instant nextTry = Instant.MIN;
  private Instant logAgain = Instant.MIN;
  private int failures;

  /** What is counted. */
  record Meters(Counter sent, Counter failed) {}

  /**
   * Follows with a consumer that has subscribed to the event log and does not commit by itself.
   *
   * @param clock the time that tries are planned by
   */
  AlertFollower(
      Consumer<byte[], byte[]> consumer,
      WireCodec codec,
      AlertTarget target,
      Meters meters,
      InstantSource clock) {
    this.consumer = consumer;
    this.codec = codec;
    this.target = target;
    this.meters = meters;
    this.clock = clock;
  }

  /** Reads what is there and hands it over; waits for up to half a second when nothing is. */
  void step() throws InterruptedException {
    Instant began = clock.instant();
    boolean waits = began.isBefore(nextTry);
    if (waits) {
      consumer.pause(consumer.assignment());
    } else {
      consumer.resume(consumer.paused());
    }
    ConsumerRecords<byte[], byte[]> records = consumer.poll(waits ? left(began) : POLL);
    boolean goesOn = !waits; // a partition that has just come is not paused yet
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> some = records.records(partition);
      int taken = goesOn ? handOver(some, began) : 0;
      if (taken < some.size()) {
        consumer.seek(partition, some.get(taken).offset());
        goesOn = false;
      }
    }
    if (!records.isEmpty()) {
      consumer.commitSync();
    }
  }

  private Duration left(Instant now) {
    Duration left = Duration.between(now, nextTry);
    return left.compareTo(POLL) < 0 ? left : POLL;
  }

  /** How many of these records need not be read again. */
  private int handOver(List<ConsumerRecord<byte[], byte[]>> records, Instant began)
      throws InterruptedException {
    int taken = 0;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (clock.instant().isAfter(began.plus(STEP_LIMIT)) || !handOver(record)) {
        return taken;
      }
      taken++;
    }
    return taken;
  }

  private boolean handOver(ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
    for (Alert alert : alerts(record)) {
      if (!sent.contains(alert.identity()) && !send(alert)) {
        return false;
      }
    }
    return true;
  }

  private boolean send(Alert alert) throws InterruptedException {
    try {
      target.send(alert);
    } catch (NotTakenException e) {
      meters.failed().increment();
      failures++;
      Instant now = clock.instant();
      // More tries than that would not make the wait longer.
      nextTry = now.plusMillis(backoff.apply(Math.min(failures, MANY_TRIES)));
      if (!now.isBefore(logAgain)) {
        logAgain = now.plus(LOG_AGAIN);
        LOG.warn(
            "alerts for {} are not taken: {}; tried {} times, and tried on",
            target.name(),
            e.getMessage(),
            failures);
      }
      return false;
    }
    meters.sent().increment();
    sent.add(alert.identity());
    if (failures > 0) {
      LOG.info("alerts for {} are taken again", target.name());
    }
    failures = 0;
    logAgain = Instant.MIN;
    return true;
  }

  private List<Alert> alerts(ConsumerRecord<byte[], byte[]> record) {
    // Nearly all events are of other types: those are told by their bytes and not decoded.
    if (record.value() == null || !contains(record.value(), MARK)) {
      return List.of();
    }
    try {
      return Alert.in(codec.decode(record.topic(), record.value(), RunEvents.class));
    } catch (UndecodableException e) {
      // It stays in its topic, where every other reader meets it too.
      LOG.error(
          "{}-{}@{} cannot be decoded: its alerts are not sent",
          record.topic(),
          record.partition(),
          record.offset(),
          e);
      return List.of();
    }
  }

  private static boolean contains(byte[] bytes, byte[] part) {
    for (int from = 0; from <= bytes.length - part.length; from++) {
      if (bytes[from] == part[0]
          && Arrays.equals(bytes, from, from + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }
}
