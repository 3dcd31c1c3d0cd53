package io.tierflow.standalone.guarantees;

import io.tierflow.schemas.RunEvent;
import io.tierflow.schemas.RunEvents;
import io.tierflow.testkafka.TopicFollower;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.UndecodableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Follows the public log and wakes who waits for the next event of a type. Thread-safe. */
final class EventWatch implements AutoCloseable {

  private static final String TOPIC = "tierflow.events";

  private final TopicFollower follower;
  private final SingleObjectCodec codec = new SingleObjectCodec();
  private final Map<String, CountDownLatch> waiting = new HashMap<>(); // guarded by itself
  private volatile Exception broken;

  EventWatch(String bootstrap) {
    this.follower = TopicFollower.start(bootstrap, List.of(TOPIC), this::wake, why -> broken = why);
  }

  /** Waits for the next event of a type; false if none came in this time. */
  boolean await(String type, Duration longest) throws InterruptedException {
    if (broken != null) {
      throw new IllegalStateException("the public log could not be followed", broken);
    }
    CountDownLatch latch;
    synchronized (waiting) {
      latch = waiting.computeIfAbsent(type, t -> new CountDownLatch(1));
    }
    return latch.await(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void wake(ConsumerRecord<byte[], byte[]> record) throws UndecodableException {
    for (RunEvent event : codec.decode(TOPIC, record.value(), RunEvents.class).getEvents()) {
      wake(event.getType());
    }
  }

  private void wake(String type) {
    synchronized (waiting) {
      CountDownLatch latch = waiting.remove(type);
      if (latch != null) {
        latch.countDown();
      }
    }
  }

  @Override
  public void close() {
    follower.close();
  }
}
