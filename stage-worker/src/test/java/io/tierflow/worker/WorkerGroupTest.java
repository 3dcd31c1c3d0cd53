package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkerGroupTest {

  @Test
  void stopsAllAtOnceAndOneThatFailsKeepsNoneOfTheOthers() {
    CountDownLatch met = new CountDownLatch(2);
    AtomicInteger stopped = new AtomicInteger();
    Runnable stop =
        () -> {
          met.countDown();
          try {
            if (met.await(1, TimeUnit.MINUTES)) { // only where the other stops meanwhile
              stopped.incrementAndGet();
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    Runnable fails =
        () -> {
          throw new IllegalStateException("on purpose");
        };

    WorkerGroup.together(Map.of("a", fails, "b", stop, "c", stop));

    assertThat(stopped).hasValue(2);
  }
}
