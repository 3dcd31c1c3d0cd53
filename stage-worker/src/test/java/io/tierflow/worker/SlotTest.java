package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SlotTest {

  private final CountDownLatch polled = new CountDownLatch(1);

  @Test
  void beginsAnewWhateverItsConsumerThrows() throws Exception {
    Deque<Slot.Consumers> consumers =
        new ArrayDeque<>(
            List.of(
                batch -> {
                  throw new KafkaException("no resolvable bootstrap urls");
                },
                batch -> {
                  throw new NoClassDefFoundError("a jar that was replaced");
                },
                batch -> new ThrowsOnClose(),
                batch -> new MockShareConsumer<>()));
    WorkerParts parts = parts();
    Thread thread =
        new Thread(new Slot(parts, batch -> consumers.removeFirst().make(batch), polled, "slot-1"));
    thread.start();

    assertThat(polled.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(consumers).isEmpty();
    assertThat(thread.isAlive()).isTrue();
    parts.stop().stop();
    thread.join();
  }

  /** Its first poll fails, and so does its close. */
  private static final class ThrowsOnClose extends MockShareConsumer<byte[], byte[]> {

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      throw new KafkaException("poll");
    }

    @Override
    public synchronized void close(Duration timeout) {
      throw new IllegalStateException("close");
    }
  }

  private static WorkerParts parts() {
    WorkerConfig config =
        WorkerConfig.builder().bootstrap("127.0.0.1:1").resourceClass("small").build();
    return new WorkerParts(
        config,
        new WorkerClock(InstantSource.system(), System::nanoTime),
        null, // a slot without tasks needs no more
        null,
        null,
        null,
        new WorkerCounters(),
        new StopOrders(System::nanoTime),
        new PausedClasses(),
        null,
        new StopSignal(),
        null);
  }
}
