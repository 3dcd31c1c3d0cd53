package io.tierflow.worker.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts that fail, and then do not. The children are processes that only wait. */
@Timeout(60)
class WarmPoolTest {

  private static final Duration SOON = Duration.ofMillis(5);
  private static final Duration LATE = Duration.ofSeconds(50);

  @TempDir private Path folder;
  private final AtomicInteger starts = new AtomicInteger();
  private WarmPool pool;

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void startsThatFailedCostNoTaskAnythingOnceOneSucceeds() throws Exception {
    pool =
        pool(
            LATE,
            () -> {
              if (starts.incrementAndGet() <= 20) {
                throw new NotRunException("try " + starts, null);
              }
              return child();
            });
    pool.keep(1);

    for (int i = 0; i < 5; i++) {
      Child child = pool.take();
      assertThat(child.isUsable()).isTrue();
      pool.giveBack(child);
    }
    assertThat(starts).hasValue(21);
  }

  @Test
  void aTaskWaitsAWhileAndThenGoesBackWithTheLatestReason() throws Exception {
    CountDownLatch tried = new CountDownLatch(3);
    pool =
        pool(
            Duration.ofMillis(200),
            () -> {
              tried.countDown();
              throw new NotRunException("no memory", null);
            });
    pool.keep(1);

    assertThatThrownBy(() -> pool.take())
        .isInstanceOf(NotRunException.class)
        .hasMessage("no memory");

    assertThat(tried.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void fewerAreKeptWhileALargerOneNeedsTheirMemory() throws Exception {
    pool = pool(LATE, this::child);
    pool.keep(3);
    await().until(() -> pool.children().size() == 3);
    Child busy = pool.take();

    pool.keep(1);
    pool.awaitKept();
    assertThat(pool.children()).containsExactly(busy);
    Child large = pool.startBeside(this::child);
    pool.giveBack(busy);
    assertThat(pool.children()).containsExactlyInAnyOrder(busy, large);
    pool.end(large);

    pool.keep(3);
    await().until(() -> pool.children().size() == 3);
    assertThat(pool.children()).contains(busy).doesNotContain(large);
  }

  @Test
  void aStartThatFailsInAnUnforeseenWayIsTriedAgain() throws Exception {
    pool =
        pool(
            LATE,
            () ->
                switch (starts.incrementAndGet()) {
                  case 1 -> throw new IllegalStateException("unforeseen");
                  case 2 -> throw new OutOfMemoryError("unable to create native thread");
                  default -> child();
                });
    pool.keep(1);

    assertThat(pool.take().isUsable()).isTrue();
  }

  private static WarmPool pool(Duration patience, WarmPool.Starter starter) {
    return new WarmPool(starter, 1, new WarmPool.Rests(SOON, patience));
  }

  private Child child() {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return WaitingChild.on(
          new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort()), folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
