package io.tierflow.standalone.failover;

import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageStarted;
import io.tierflow.schemas.StageTask;
import io.tierflow.testkafka.TopicFollower;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.topics.TopicNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Follows what runners and workers tell each other. Thread-safe. */
final class RecordWatch implements AutoCloseable {

  /** What was seen of a run. */
  sealed interface Seen {
    String run();
  }

  /** The run's records lie in this partition of each topic of runs. */
  record Placed(String run, int partition) implements Seen {}

  /** The task of a stage was sent, and seen at this time of {@link System#nanoTime()}. */
  record Sent(String run, String stage, long nanos) implements Seen {}

  /** A worker began with a stage, at this time of its own clock in milliseconds. */
  record Begun(String run, String worker, long atMillis) implements Seen {}

  private final TopicNames names;
  private final SingleObjectCodec codec = new SingleObjectCodec();
  private final List<Seen> seen = new ArrayList<>(); // guarded by itself
  private final TopicFollower follower;
  private volatile Exception broken;

  /** Follows from now on. */
  RecordWatch(String bootstrap, TopicNames names, String lane) {
    this.names = names;
    this.follower =
        TopicFollower.start(
            bootstrap,
            List.of(names.commands(), names.tasks(lane), names.results()),
            record -> add(record, System.nanoTime()),
            this::broken);
  }

  /**
   * Waits until something of a kind was seen, now or earlier.
   *
   * @throws IllegalStateException if it is not seen within this time
   */
  <T extends Seen> T await(Class<T> kind, Predicate<T> wanted, Duration longest)
      throws InterruptedException {
    long until = System.nanoTime() + longest.toNanos();
    synchronized (seen) {
      while (true) {
        if (broken != null) {
          throw new IllegalStateException("the topics could not be followed", broken);
        }
        for (Seen each : seen) {
          if (kind.isInstance(each) && wanted.test(kind.cast(each))) {
            return kind.cast(each);
          }
        }
        long left = (until - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new IllegalStateException(
              "expected a " + kind.getSimpleName() + " within " + longest + ", found " + seen);
        }
        seen.wait(left);
      }
    }
  }

  /** Forgets all that was seen. */
  void forget() {
    synchronized (seen) {
      seen.clear();
    }
  }

  private void broken(Exception e) {
    synchronized (seen) {
      broken = e;
      seen.notifyAll();
    }
  }

  private void add(ConsumerRecord<byte[], byte[]> record, long nanos) throws UndecodableException {
    String topic = record.topic();
    if (topic.equals(names.commands())) {
      add(new Placed(new String(record.key(), StandardCharsets.UTF_8), record.partition()));
    } else if (topic.equals(names.results())) {
      StageResult result = codec.decode(topic, record.value(), StageResult.class);
      if (result.getBody() instanceof StageStarted started) {
        add(
            new Begun(
                result.getRunId(), result.getWorker(), started.getStartedAt().toEpochMilli()));
      }
    } else {
      StageTask task = codec.decode(topic, record.value(), StageTask.class);
      add(new Sent(task.getRunId(), task.getStage(), nanos));
    }
  }

  private void add(Seen each) {
    synchronized (seen) {
      seen.add(each);
      seen.notifyAll();
    }
  }

  @Override
  public void close() {
    follower.close();
  }
}
