package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WrongWorkerTest {

  @Test
  void aTaskComesBackSoonAtFirstAndLaterSeldom() {
    for (int attempt = 1; attempt < 10_000; attempt++) {
      Duration least =
          attempt < 7 ? WrongWorker.FIRST.multipliedBy(1L << (attempt - 1)) : WrongWorker.LONGEST;
      assertThat(WrongWorker.wait("task", attempt))
          .isBetween(least, least.multipliedBy(5).dividedBy(4));
    }
    assertThat(WrongWorker.wait("task", Integer.MAX_VALUE))
        .isGreaterThanOrEqualTo(WrongWorker.LONGEST);
  }

  @Test
  void tasksThatWereSentTogetherComeBackSpread() {
    assertThat(
            IntStream.range(0, 100)
                .mapToObj(i -> WrongWorker.wait("run-" + i, 5))
                .distinct()
                .count())
        .isGreaterThan(50);
  }
}
