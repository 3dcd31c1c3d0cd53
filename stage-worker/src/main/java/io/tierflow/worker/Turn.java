package io.tierflow.worker;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.schemas.StopReason;
import io.tierflow.wire.RegistryException;
import io.tierflow.wire.UndecodableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works what one poll gave: one record, or a batch of short tasks. The tasks run one after another;
 * their replies travel meanwhile, and the records are accepted together once all are confirmed. A
 * task that proves long ends the batch: what is done is accepted, what has not begun goes back to
 * the other slots, and the long task is supervised alone. Lives on the slot's owner thread.
 */
final class Turn {

  private static final Logger log = LoggerFactory.getLogger(Turn.class);
  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(15);

  private final WorkerParts parts;
  private final HandlerThread thread;
  private final ShareConsumer<byte[], byte[]> consumer;
  private final FetchModePolicy policy;
  private final WorkerTimes times;
  private final EarlyHandOver early;
  private final List<Reply> replies = new ArrayList<>();

  private record Reply(
      ConsumerRecord<byte[], byte[]> record,
      boolean accepted, // before: it was handed over
      CompletableFuture<Void> sent,
      Runnable count) {

    Reply(ConsumerRecord<byte[], byte[]> record, CompletableFuture<Void> sent, Runnable count) {
      this(record, false, sent, count);
    }
  }

  Turn(
      WorkerParts parts,
      HandlerThread thread,
      ShareConsumer<byte[], byte[]> consumer,
      FetchModePolicy policy) {
    this.parts = parts;
    this.thread = thread;
    this.consumer = consumer;
    this.policy = policy;
    // The group's lock may be another than this worker asked for: the broker knows.
    this.times =
        consumer
            .acquisitionLockTimeoutMs()
            .map(millis -> parts.config().times().withLock(Duration.ofMillis(millis)))
            .orElse(parts.config().times());
    this.early = new EarlyHandOver(parts, consumer, times, COMMIT_TIMEOUT);
  }

  /**
   * Works the records.
   *
   * @param waitedNanos how long the poll waited for them
   */
  void work(List<ConsumerRecord<byte[], byte[]>> records, long waitedNanos)
      throws InterruptedException {
    Hold hold = new Hold(parts.clock(), consumer, times.lock(), COMMIT_TIMEOUT);
    for (int i = 0; i < records.size(); i++) {
      List<ConsumerRecord<byte[], byte[]>> rest = records.subList(i, records.size());
      if (i > 0 && (hold.isDue() || parts.takesNothing())) {
        release(rest);
        break;
      }
      Optional<Attempt> attempt;
      try {
        attempt = read(rest.get(0));
      } catch (RegistryException e) {
        settle(); // what is done must not wait for the registry
        if (new RegistryWait(parts, consumer, COMMIT_TIMEOUT).await(rest, e)) {
          work(rest, waitedNanos);
        } else {
          release(rest);
        }
        return;
      }
      Optional<Admitted> admitted =
          attempt.isPresent() ? admit(rest, attempt.get(), hold) : Optional.empty();
      if (admitted.isPresent() && !isDone(admitted.get(), rest, hold.lockedAt(), waitedNanos)) {
        return;
      }
    }
    settle();
  }

  /** Works one attempt; false if it proved long, so that the rest was given back. */
  private boolean isDone(
      Admitted admitted, List<ConsumerRecord<byte[], byte[]>> rest, long lockedAt, long waitedNanos)
      throws InterruptedException {
    ConsumerRecord<byte[], byte[]> record = rest.get(0);
    try {
      Optional<RunningAttempt> running = start(admitted, record, lockedAt);
      if (running.isPresent() && !finishes(record, running.get(), waitedNanos)) {
        supervise(record, running.get(), rest.subList(1, rest.size()));
        return false;
      }
      return true;
    } finally {
      admitted.call().close(); // whatever fails here, its place is free again
    }
  }

  /** The attempt; empty if the record is answered already. */
  private Optional<Attempt> read(ConsumerRecord<byte[], byte[]> record) {
    try {
      Attempt attempt = parts.tasks().read(record);
      Optional<StopReason> stopped = parts.orders().against(attempt.task());
      if (stopped.isPresent()) {
        log.info("{} no longer counts ({}): it is not begun", attempt, stopped.get());
        replies.add(
            new Reply(
                record,
                CompletableFuture.completedFuture(null),
                parts.counters().skipped::incrementAndGet));
        return Optional.empty();
      }
      int deliveries = deliveries(record);
      if (deliveries < ShareGroupSettings.DELIVERY_LIMIT) {
        return Optional.of(attempt);
      }
      // The last delivery: were the task to take this worker down too, the broker would drop it.
      Failure failure =
          Failure.of(
              FailureKind.WORKER_LOST,
              "delivered "
                  + deliveries
                  + " times without an outcome: the workers that took it died or gave it back");
      replies.add(
          new Reply(
              record,
              parts.replies().attempts().failed(attempt.task(), attempt.startedAt(), failure),
              parts.counters().failed::incrementAndGet));
    } catch (UndecodableException e) {
      log.warn("{} is no task and goes to the dead letters: {}", place(record), e.getMessage());
      replies.add(
          new Reply(record, parts.replies().deadLetters().undecodable(record, e), () -> {}));
    }
    return Optional.empty();
  }

  /** Begins the attempt; empty if it had to be handed over first and could not. */
  private Optional<RunningAttempt> start(
      Admitted admitted, ConsumerRecord<byte[], byte[]> record, long lockedAt)
      throws InterruptedException {
    Attempt attempt = admitted.attempt();
    boolean first = early.isDue(attempt.task(), deliveries(record));
    if (first && !early.done(attempt, record)) {
      return Optional.empty();
    }
    RunningAttempt running = RunningAttempt.start(parts, thread, admitted, times, lockedAt);
    if (first) {
      running.handedOver();
    }
    return Optional.of(running);
  }

  private static int deliveries(ConsumerRecord<byte[], byte[]> record) {
    return record.deliveryCount().map(Short::intValue).orElse(1);
  }

  /** The attempt, if its handler may be called now; else its record is answered already. */
  private Optional<Admitted> admit(
      List<ConsumerRecord<byte[], byte[]>> rest, Attempt attempt, Hold hold)
      throws InterruptedException {
    ConsumerRecord<byte[], byte[]> record = rest.get(0);
    Admission admission = Admission.of(parts, attempt, () -> keep(rest, hold));
    if (admission instanceof Admission.Granted granted) {
      return Optional.of(granted.admitted());
    }
    if (admission instanceof Admission.PutOff putOff) {
      replies.add(
          new Reply(
              record,
              parts
                  .replies()
                  .attempts()
                  .failed(attempt.task(), attempt.startedAt(), putOff.failure()),
              () -> {})); // the guards have counted it
    } else {
      release(List.of(record));
    }
    return Optional.empty();
  }

  /** Waits as long as nothing but the attempt's end is to be done for it; false if it runs on. */
  private boolean finishes(
      ConsumerRecord<byte[], byte[]> record, RunningAttempt running, long waitedNanos)
      throws InterruptedException {
    long begin = parts.clock().nano();
    // One that is handed over has nothing due so soon; but it must be watched like any other.
    long most = running.limits().startedAfter().toNanos();
    running.await(Math.min(most, running.timetable().nanosToNext(begin)));
    Optional<Outcome> outcome = running.outcome();
    policy.observe(parts.clock().nano() - begin, waitedNanos, outcome.isEmpty());
    outcome.ifPresent(
        how ->
            replies.add(
                new Reply(
                    record,
                    running.isHandedOver(),
                    running.publish(how),
                    () -> running.count(how))));
    return outcome.isPresent();
  }

  private void supervise(
      ConsumerRecord<byte[], byte[]> record,
      RunningAttempt running,
      List<ConsumerRecord<byte[], byte[]>> notBegun)
      throws InterruptedException {
    try (StopOrders.Watch watch = parts.orders().watch(running.attempt().task())) {
      release(notBegun);
      settle();
      new Supervision(parts, running, new Lease(consumer, record, COMMIT_TIMEOUT), watch).run();
    } finally {
      running.cancel(); // nothing, if it has ended; else its lease is lost or its time is over
      running.leave();
      if (!running.await(parts.cancelLimit().toNanos())) {
        log.warn("{} ignores its interrupt: its thread is given up", running.attempt());
        thread.abandon(running.work());
      }
    }
  }

  private void keep(List<ConsumerRecord<byte[], byte[]>> rest, Hold hold) {
    if (!hold.isDue()) {
      return;
    }
    try {
      settle(); // its records would stand in the way of a renewal
      hold.renew(rest);
    } catch (InterruptedException e) {
      throw new InterruptException(e); // the slot ends; what is in hand is delivered again
    }
  }

  private void release(List<ConsumerRecord<byte[], byte[]>> records) {
    records.forEach(record -> consumer.acknowledge(record, AcknowledgeType.RELEASE));
    if (!records.isEmpty()) {
      Lease.commit(consumer, COMMIT_TIMEOUT); // now: others may take them while this one waits
    }
  }

  /** Waits until the replies are confirmed and ends their records. */
  private void settle() throws InterruptedException {
    for (Reply reply : replies) {
      boolean confirmed = Confirmations.await(reply.sent());
      if (confirmed) {
        reply.count().run();
      }
      // The reply of one that was handed over, if it is lost, is made up for by its heartbeats'
      // end.
      if (!reply.accepted()) {
        consumer.acknowledge(
            reply.record(), confirmed ? AcknowledgeType.ACCEPT : AcknowledgeType.RELEASE);
      }
    }
    if (!replies.isEmpty()) {
      Lease.commit(consumer, COMMIT_TIMEOUT);
      replies.clear();
    }
  }

  private static String place(ConsumerRecord<byte[], byte[]> record) {
    return record.topic() + "-" + record.partition() + "@" + record.offset();
  }
}
