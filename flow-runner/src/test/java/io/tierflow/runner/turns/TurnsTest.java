package io.tierflow.runner.turns;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Priority;
import io.tierflow.machine.TaskKey;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TurnsTest {

  @Test
  void everythingIsWorkedAndNoSlotIsIdleWhileSomethingWaits() {
    IntStream.range(0, 2_000)
        .forEach(
            seed -> {
              Workshop workshop = Workshop.random(seed);
              workshop.workAll();
              assertThat(workshop.idleWhileWaiting()).as("seed %d", seed).isZero();
              assertThat(workshop.done()).as("seed %d", seed).isEqualTo(workshop.submitted());
              assertThat(workshop.isForgotten()).as("seed %d", seed).isTrue();
            });
  }

  @Test
  void aBulkOfLowPriorityLetsANormalTaskThroughSoon() {
    Workshop workshop = new Workshop(4, 2);
    workshop.submit("bulk", Priority.LOW, 500);
    workshop.work(2_000);
    workshop.submit("asked", Priority.NORMAL, 1);

    assertThat(workshop.workUntilDone("asked")).isLessThan(1_000);
    assertThat(workshop.doneOf("bulk")).isLessThan(150);
  }

  @Test
  void twoBulksOfOnePriorityShareTheSlots() {
    Workshop workshop = new Workshop(4, 2);
    workshop.submit("first", Priority.LOW, 400);
    workshop.submit("second", Priority.LOW, 400);
    workshop.work(10_000);

    int first = workshop.doneOf("first");
    assertThat(workshop.doneOf("second")).isBetween(first - 20, first + 20);
    assertThat(first).isGreaterThan(100);
  }

  @Test
  void aSteadyStreamOfNormalTasksDoesNotStarveLowOnes() {
    Workshop workshop = new Workshop(2, 1);
    workshop.submit("asked", Priority.NORMAL, 20);
    workshop.submit("bulk", Priority.LOW, 20);
    for (int i = 0; i < 30; i++) {
      workshop.submit("asked", Priority.NORMAL, 10); // more than two slots work
      workshop.work(500);
    }

    assertThat(workshop.doneOf("asked")).isLessThan(320);
    assertThat(workshop.doneOf("bulk")).isGreaterThan(10);
  }

  @Test
  void oneFlowAloneNeverWaitsForItself() {
    Turns turns = new Turns(lane -> new Offer(1, false));
    Share share = turns.share();
    for (int i = 0; i < 1_000; i++) {
      assertThat(share.mayGo(Workshop.claim("only", Priority.NORMAL), 0)).isTrue();
    }
  }

  @Test
  void nothingWaitsWhereNobodyIsKnownToWork() {
    Share share = new Turns(lane -> Offer.UNCOUNTED).share();
    for (int i = 0; i < 1_000; i++) {
      assertThat(share.mayGo(Workshop.claim("f" + i % 3, Priority.NORMAL), 0)).isTrue();
      assertThat(share.mayGo(Workshop.claim("bulk", Priority.LOW), 0)).isTrue();
    }
  }

  @Test
  void whatWaitsGoesWhenItsWorkersAreGone() {
    Offer[] offer = {new Offer(1, false)};
    Share share = new Turns(lane -> offer[0]).share();
    Claim low = Workshop.claim("bulk", Priority.LOW);
    assertThat(share.mayGo(low, 0)).isTrue();
    assertThat(share.mayGo(low, 0)).isTrue();
    assertThat(share.mayGo(low, 0)).isFalse();
    share.waits("r", TaskKey.of("p", "s"), low, 0);
    offer[0] = Offer.UNCOUNTED;
    share.tick(1_000);
    assertThat(share.due(1_000)).containsOnlyKeys("r");
  }

  @Test
  void whatADecisionAskedForAndDidNotSendLeavesRoom() {
    Turns turns = new Turns(lane -> new Offer(1, false));
    Share share = turns.share();
    Claim low = Workshop.claim("bulk", Priority.LOW);
    assertThat(share.mayGo(low, 0)).isTrue();
    assertThat(share.mayGo(low, 0)).isTrue();
    assertThat(share.mayGo(low, 0)).isFalse();
    share.settle();
    assertThat(share.mayGo(low, 0)).isTrue();
  }

  @Test
  void aTurnThatNobodyAnsweredIsToldAgain() {
    Workshop workshop = new Workshop(1, 1);
    workshop.submit("bulk", Priority.LOW, 5);
    workshop.loseTurnsFor(15_000);
    workshop.workAll();

    assertThat(workshop.done()).isEqualTo(5);
  }

  @Test
  void aPartitionThatMovesLeavesItsRoomToTheOthers() {
    Workshop workshop = new Workshop(2, 2);
    workshop.submit("bulk", Priority.LOW, 40);
    workshop.work(500);
    workshop.movePartition(0);
    workshop.workAll();

    assertThat(workshop.done()).isEqualTo(40);
    assertThat(workshop.isForgotten()).isTrue();
  }

  @Test
  void aRunnerThatStartsAnewKeepsBackWhatWasKeptBack() {
    Turns turns = new Turns(lane -> new Offer(1, false));
    Share share = turns.share();
    Share other = turns.share();
    TaskKey task = TaskKey.of("p", "s");
    for (String flow : List.of("a", "b")) {
      Claim claim = Workshop.claim(flow, Priority.NORMAL);
      for (int i = 0; i < 50; i++) {
        share.found(flow + " waits " + i, task, claim);
      }
      other.tick(1_000); // another thread's, in between
      for (int i = 0; i < 8; i++) {
        share.sent(flow + " out " + i, task, claim, 1_000);
      }
    }
    share.allFound(1_000);
    other.tick(1_050);
    share.tick(1_050);
    assertThat(share.due(1_050)).isEmpty();

    share.done("b out 0", task, 1_100);
    assertThat(share.due(1_100)).containsOnlyKeys("b waits 0");
  }

  @Test
  void aFlowThatHasHadNothingForTenMinutesIsNoNeighbour() {
    Share share = new Turns(lane -> new Offer(1, false)).share();
    TaskKey task = TaskKey.of("p", "s");
    Claim many = Workshop.claim("many", Priority.NORMAL);
    for (int i = 0; i < 20; i++) {
      share.sent("out" + i, task, many, 0);
    }
    share.waits("waits", task, many, 0);
    share.sent("few", task, Workshop.claim("few", Priority.NORMAL), 0);
    long later = ClassTurns.NEIGHBOUR_MILLIS + 5_000;
    share.tick(later);
    assertThat(share.due(later)).as("few is out still").isEmpty();
    share.leaves("few", task, later);
    share.tick(later + 1_000);
    assertThat(share.due(later + 1_000)).as("many is alone").containsOnlyKeys("waits");
  }
}
