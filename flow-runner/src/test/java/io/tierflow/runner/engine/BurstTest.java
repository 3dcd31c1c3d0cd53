package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BurstTest {

  private final AtomicLong millis = new AtomicLong();
  private final Burst burst = new Burst(() -> Instant.ofEpochMilli(millis.get()));
  private final List<Integer> sent = new ArrayList<>();

  @Test
  void whatFollowsFromFewRecordsGoesAtOnce() {
    burst.begin(Burst.MANY_RECORDS - 1);
    send(1);
    assertThat(sent).containsExactly(1);
  }

  @Test
  void whatFollowsFromManyRecordsGoesTogetherInItsOrder() {
    burst.begin(Burst.MANY_RECORDS);
    send(1);
    send(2);
    assertThat(sent).isEmpty();
    burst.release();
    assertThat(sent).containsExactly(1, 2);
    burst.release();
    assertThat(sent).containsExactly(1, 2);
  }

  @Test
  void nothingIsHeldPastTheMost() {
    burst.begin(1_000);
    IntStream.rangeClosed(1, Burst.MAX_HELD).forEach(this::send);
    assertThat(sent).hasSize(Burst.MAX_HELD);
  }

  @Test
  void nothingIsHeldForLongWhereDecisionsTakeLong() {
    burst.begin(1_000);
    send(1);
    millis.addAndGet(Burst.MAX_MILLIS);
    send(2);
    assertThat(sent).containsExactly(1, 2);
  }

  private void send(int number) {
    burst.send(() -> sent.add(number));
  }
}
