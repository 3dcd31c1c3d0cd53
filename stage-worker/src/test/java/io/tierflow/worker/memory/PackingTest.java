package io.tierflow.worker.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackingTest {

  private static final long SHARE = 10;

  @Test
  void isNeverAboveTheBudgetAndServesInTheOrderOfAsking() {
    for (int seed = 0; seed < 5000; seed++) {
      new History(seed).run();
    }
  }

  @Test
  void aLargeOneGetsItsTurnHoweverManySmallOnesCome() {
    Packing packing = new Packing(70);
    for (int i = 0; i < 7; i++) {
      assertThat(packing.take(SHARE)).isTrue();
    }
    Packing.Request large = packing.ask(50);

    for (int ended = 0; ended < 5; ended++) {
      assertThat(packing.grants(large)).isFalse();
      packing.free(SHARE);
      assertThat(packing.take(SHARE)).as("a small one after it").isFalse();
    }

    assertThat(packing.grants(large)).isTrue();
    assertThat(packing.take(SHARE)).as("no more is free").isFalse();
    packing.free(50);
    assertThat(packing.take(SHARE)).isTrue();
  }

  @Test
  void refusesWhatItCouldNeverGive() {
    Packing packing = new Packing(70);
    assertThatThrownBy(() -> packing.ask(71))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("71 bytes asked for: expected at most the budget of 70");
    assertThatThrownBy(() -> packing.free(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new Packing(0)).isInstanceOf(IllegalArgumentException.class);
    assertThat(packing.waiting()).isZero();
  }

  /** Slots that take, ask, give up and end at random; then all end, and all who wait are served. */
  private static final class History {

    private final Random random;
    private final long budget;
    private final Packing packing;
    private final List<Long> running = new ArrayList<>();
    private final Deque<Asked> waiting = new ArrayDeque<>();

    private record Asked(Packing.Request request, long bytes) {}

    History(int seed) {
      random = new Random(seed);
      budget = SHARE + random.nextInt(100);
      packing = new Packing(budget);
    }

    void run() {
      for (int step = 0; step < 60; step++) {
        switch (random.nextInt(4)) {
          case 0 -> take();
          case 1 -> ask();
          case 2 -> end();
          default -> giveUp();
        }
        serve();
      }
      while (!running.isEmpty()) {
        end();
        serve();
      }
      assertThat(waiting).as("served at last").isEmpty();
      assertThat(packing.used()).isZero();
    }

    private void take() {
      if (packing.take(SHARE)) {
        assertThat(waiting).as("who wait while another is served").isEmpty();
        running.add(SHARE);
      } else {
        assertThat(waiting.isEmpty() && sum() + SHARE <= budget).isFalse();
      }
    }

    private void ask() {
      long bytes = 1 + random.nextLong(budget);
      waiting.add(new Asked(packing.ask(bytes), bytes));
    }

    private void end() {
      if (!running.isEmpty()) {
        packing.free(running.remove(random.nextInt(running.size())));
      }
    }

    private void giveUp() {
      if (!waiting.isEmpty()) {
        List<Asked> all = new ArrayList<>(waiting);
        Asked one = all.get(random.nextInt(all.size()));
        packing.withdraw(one.request());
        waiting.remove(one);
      }
    }

    private void serve() {
      boolean served = true;
      while (served) {
        served = false;
        for (Asked each : List.copyOf(waiting)) { // whoever looks, only the first is served
          boolean first = each.equals(waiting.peek());
          boolean fits = sum() + each.bytes() <= budget;
          boolean granted = packing.grants(each.request());
          assertThat(granted).isEqualTo(first && fits);
          if (granted) {
            waiting.remove();
            running.add(each.bytes());
            served = true;
          }
        }
      }
      assertThat(packing.used()).isEqualTo(sum()).isLessThanOrEqualTo(budget);
      assertThat(packing.waiting()).isEqualTo(waiting.size());
    }

    private long sum() {
      return running.stream().mapToLong(Long::longValue).sum();
    }
  }
}
