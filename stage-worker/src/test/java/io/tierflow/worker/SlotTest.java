package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.tierflow.worker.memory.Room;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(150)
class SlotTest {

  private final CountDownLatch polled = new CountDownLatch(1);
  private final AtomicBoolean answers = new AtomicBoolean();
  private final Coordinator coordinator = new Coordinator(answers::get, "group");

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
    WorkerParts parts = parts(Machine.OWN);
    Thread thread = startSlot(parts, batch -> consumers.removeFirst().make(batch));

    assertThat(polled.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(consumers).isEmpty();
    assertThat(thread.isAlive()).isTrue();
    parts.stop().stop();
    thread.join();
  }

  @Test
  void asksForNothingWhileItsMachineIsAway() throws Exception {
    AwayMachine machine = new AwayMachine();
    WorkerParts parts = parts(machine);
    Semaphore consumers = new Semaphore(0);
    Thread thread =
        startSlot(
            parts,
            batch -> {
              consumers.release();
              return new MockShareConsumer<>();
            });

    machine.awaitLook();
    machine.awaitLook();
    assertThat(polled.getCount()).as("it does what it is to do").isZero();
    assertThat(consumers.tryAcquire()).isFalse();
    machine.away = false;
    assertThat(consumers.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
    machine.away = true;
    machine.awaitLook();
    parts.stop().stop();
    thread.join();
  }

  @Test
  void givesItsConsumerUpWhileItsPollsBurnTheProcessorAndNobodyAnswers() throws Exception {
    WorkerParts parts = parts(Machine.OWN); // of a port where nobody listens
    Semaphore consumers = new Semaphore(0);
    Thread thread =
        startSlot(
            parts,
            batch -> {
              consumers.release();
              return new KafkaClients(parts.config()).consumer(batch);
            });

    await()
        .atMost(Duration.ofSeconds(50))
        .until(
            () -> {
              coordinator.refresh();
              return coordinator.isAway();
            });
    await().atMost(Duration.ofSeconds(50)).until(() -> !isFollowing(thread));
    assertThat(consumers.availablePermits()).isEqualTo(1);
    answers.set(true);
    coordinator.refresh();
    assertThat(consumers.tryAcquire(2, 30, TimeUnit.SECONDS)).isTrue();
    parts.stop().stop();
    thread.join();
  }

  private Thread startSlot(WorkerParts parts, Slot.Consumers consumers) {
    Thread thread = new Thread(new Slot(parts, consumers, polled, "slot-1"));
    thread.start();
    return thread;
  }

  private static boolean isFollowing(Thread slot) {
    return Arrays.stream(slot.getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("follow"));
  }

  private static final class AwayMachine implements Machine {
    private final Semaphore looks = new Semaphore(0);
    private volatile boolean away = true;

    void awaitLook() throws InterruptedException {
      looks.drainPermits();
      assertThat(looks.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public boolean isThere() {
      return !away;
    }

    @Override
    public boolean isBack() {
      looks.release();
      return !away;
    }

    @Override
    public Map<String, String> breakers() {
      return Map.of();
    }

    @Override
    public void bindTo(MeterRegistry meters) {
      // nobody measures
    }
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

  private WorkerParts parts(Machine machine) {
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
        machine,
        null,
        new StopSignal(),
        null,
        coordinator,
        Room.unlimited());
  }
}
