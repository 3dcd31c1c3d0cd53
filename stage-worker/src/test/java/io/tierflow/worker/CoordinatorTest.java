package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class CoordinatorTest {

  private static final long BURNT = Duration.ofMillis(50).toNanos();

  private final AtomicBoolean answers = new AtomicBoolean(true);
  private final AtomicInteger asked = new AtomicInteger();
  private final Coordinator coordinator =
      new Coordinator(
          () -> {
            asked.incrementAndGet();
            return answers.get();
          },
          "group");

  @Test
  void isNotAskedAsLongAsPollsWait() throws Exception {
    coordinator.polledInVain(Duration.ofMillis(1).toNanos());
    coordinator.refresh();

    assertThat(asked).hasValue(0);
  }

  @Test
  void isAskedOnceWhenItAnswers() throws Exception {
    coordinator.polledInVain(BURNT); // a first poll, whose code is cold
    coordinator.refresh();
    coordinator.refresh();

    assertThat(asked).hasValue(1);
    assertThat(coordinator.isAway()).isFalse();
  }

  @Test
  void isAwayUntilItAnswersAgain() throws Exception {
    answers.set(false);
    coordinator.polledInVain(BURNT);
    coordinator.refresh();
    coordinator.refresh();
    assertThat(asked).hasValue(2);
    assertThat(coordinator.isAway()).isTrue();

    answers.set(true);
    coordinator.refresh();
    coordinator.refresh();
    assertThat(asked).hasValue(3);
    assertThat(coordinator.isAway()).isFalse();
  }

  @Test
  void answersThatItDoesNotKnowTheGroup() throws Exception {
    assertThat(isAway(TestBroker.shared().bootstrap())).isFalse();
  }

  @Test
  void isAwayWhereNobodyListens() throws Exception {
    assertThat(isAway("127.0.0.1:1")).isTrue();
  }

  private static boolean isAway(String bootstrap) throws InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      Coordinator coordinator = Coordinator.of(admin, "no-such-group");
      coordinator.polledInVain(BURNT);
      coordinator.refresh();
      return coordinator.isAway();
    }
  }
}
