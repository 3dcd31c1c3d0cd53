package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tierflow.embedded.BrokerConfig;
import io.tierflow.embedded.EmbeddedBroker;
import io.tierflow.handler.Handlers;
import io.tierflow.wire.SingleObjectCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A worker is stopped while no broker is there: one of its tasks has ended, another runs on. */
@Timeout(180)
class BrokerGoneTest {

  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** A producer waits for 60 s where no broker answers. */
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @Test
  void endsSoonAfterItsGraceAndLosesNoTask() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.in(folder));
        Pool pool = new Pool(SingleObjectCodec::new, broker.bootstrap())) {
      Worker worker = pool.start(pool.config().slots(2).grace(Duration.ofSeconds(1)));
      pool.send(Pool.task("ended", "wait").setConfig("{\"millis\": 2000}"));
      pool.send(Pool.task("running", "wait").setConfig("{\"millis\": 60000}"));
      pool.flush();
      await().atMost(LIMIT).until(() -> pool.results().size() == 2); // both are told as begun

      broker.stop();
      long stopped = System.nanoTime();
      worker.close();

      assertThat(Duration.ofNanos(System.nanoTime() - stopped)).isLessThan(SOON);
      broker.resume();
      pool.start(pool.config().slots(2));
      await().atMost(LIMIT).until(() -> pool.succeeded().contains("ended"));
      await().atMost(LIMIT).until(() -> pool.history("running").equals("STARTED STARTED"));
      assertThat(pool.history("ended")).isEqualTo("STARTED STARTED SUCCEEDED");
    }
  }

  @Test
  void isNotKeptByAStartThatNoBrokerAnswers() throws Exception {
    Worker worker =
        new Worker(
            WorkerConfig.builder().bootstrap("127.0.0.1:1").resourceClass("small").build(),
            Handlers.of(TestHandlers.all()),
            new SingleObjectCodec(),
            new WorkerClock(InstantSource.system(), System::nanoTime));
    FutureTask<Void> starting =
        new FutureTask<>(
            () -> {
              worker.start();
              return null;
            });
    Thread starter = new Thread(starting);
    starter.start();
    await().atMost(LIMIT).until(() -> starter.getState() == Thread.State.WAITING);

    worker.close();

    assertThatThrownBy(() -> starting.get(SOON.toSeconds(), TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(InterruptedException.class);
  }
}
