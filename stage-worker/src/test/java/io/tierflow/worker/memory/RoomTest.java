package io.tierflow.worker.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RoomTest {

  private final Room room = Room.of(70, 10);

  @Test
  void twoWhoNeedNearlyAllOfItAreServedOneAfterTheOther() throws Exception {
    Room.Seat busy = taken();
    Room.Seat first = taken();
    Room.Seat second = taken();
    FutureTask<Void> one = grow(first, 65);
    await().until(() -> room.waiting() == 1);
    FutureTask<Void> other = grow(second, 65);
    await().until(() -> room.waiting() == 2);
    assertThat(room.seat().take()).as("a small one, while others wait").isFalse();

    busy.leave();
    one.get();
    assertThat(other.isDone()).isFalse();
    first.shrink();
    assertThat(other.isDone()).as("a share of 10 is still the first one's").isFalse();
    first.leave();
    other.get();

    second.shrink();
    assertThat(room.seat().take()).isTrue();
  }

  @Test
  void whoGivesUpItsWaitHoldsNothingAndNobodyUp() throws Exception {
    Room.Seat busy = taken();
    Room.Seat gone = taken();
    Room.Seat patient = taken();
    FutureTask<Void> givenUp = new FutureTask<>(() -> grows(gone, 70));
    Thread thread = new Thread(givenUp, "gives-up");
    thread.start();
    await().until(() -> room.waiting() == 1);
    FutureTask<Void> next = grow(patient, 60);
    await().until(() -> room.waiting() == 2);

    thread.interrupt();

    assertThatThrownBy(givenUp::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    next.get();
    gone.leave();
    busy.leave();
    assertThat(taken()).isNotNull();
  }

  @Test
  void whatASlotHasAnywayIsNotWaitedFor() throws Exception {
    Room.Seat seat = taken();
    seat.grow(10);
    seat.shrink();
    seat.leave();
    seat.leave();
    assertThat(room.largest()).isEqualTo(70);
    assertThat(room.canHold(70)).isTrue();
    assertThat(room.canHold(71)).isFalse();

    Room unlimited = Room.unlimited();
    assertThat(unlimited.canHold(Long.MAX_VALUE)).isTrue();
    unlimited.seat().grow(Long.MAX_VALUE);
    assertThat(unlimited.seat().take()).isTrue();
    assertThat(unlimited.largest()).isZero();
  }

  @Test
  void whatAnAbandonedThreadDoesWithItsSeatDisturbsNoOther() throws Exception {
    Room.Seat old = taken();
    old.grow(70);
    old.leave(); // its thread is given up
    Room.Seat next = old.another();
    assertThat(next.take()).isTrue();
    next.grow(60);

    old.shrink(); // at last

    assertThat(taken()).isNotNull();
    assertThat(room.seat().take()).as("60 and 10 of 70 are taken").isFalse();
  }

  private Room.Seat taken() {
    Room.Seat seat = room.seat();
    assertThat(seat.take()).isTrue();
    return seat;
  }

  private static FutureTask<Void> grow(Room.Seat seat, long bytes) {
    FutureTask<Void> task = new FutureTask<>(() -> grows(seat, bytes));
    new Thread(task, "grows").start();
    return task;
  }

  private static Void grows(Room.Seat seat, long bytes) throws InterruptedException {
    seat.grow(bytes);
    return null;
  }
}
