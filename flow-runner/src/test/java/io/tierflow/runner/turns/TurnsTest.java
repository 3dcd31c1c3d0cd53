package io.tierflow.runner.turns;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Priority;
import io.tierflow.machine.TaskKey;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TurnsTest {

  private static final Claim BULK = Workshop.claim("bulk", Priority.LOW);

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
    Turns turns = new Turns(1, lane -> new Offer(1, false));
    Share share = turns.share(0, 0);
    for (int i = 0; i < 1_000; i++) {
      assertThat(Workshop.mayGo(share, Workshop.claim("only", Priority.NORMAL), 0)).isTrue();
    }
  }

  @Test
  void nothingWaitsWhereNobodyIsKnownToWork() {
    Share share = new Turns(1, lane -> Offer.UNCOUNTED).share(0, 0);
    for (int i = 0; i < 1_000; i++) {
      assertThat(Workshop.mayGo(share, Workshop.claim("f" + i % 3, Priority.NORMAL), 0)).isTrue();
      assertThat(Workshop.mayGo(share, Workshop.claim("bulk", Priority.LOW), 0)).isTrue();
    }
  }

  @Test
  void whatWaitsGoesWhenItsWorkersAreGone() {
    Offer[] offer = {new Offer(1, false)};
    Share share = new Turns(1, lane -> offer[0]).share(0, 0);
    Claim low = Workshop.claim("bulk", Priority.LOW);
    assertThat(Workshop.mayGo(share, low, 0)).isTrue();
    assertThat(Workshop.mayGo(share, low, 0)).isTrue();
    assertThat(Workshop.mayGo(share, low, 0)).isFalse();
    share.waits("r", TaskKey.of("p", "s"), low, 0);
    offer[0] = Offer.UNCOUNTED;
    share.tick(1_000);
    assertThat(share.due(1_000)).containsOnlyKeys("r");
  }

  @Test
  void whatADecisionAskedForAndDidNotSendLeavesRoom() {
    Turns turns = new Turns(1, lane -> new Offer(1, false));
    Share share = turns.share(0, 0);
    Claim low = Workshop.claim("bulk", Priority.LOW);
    assertThat(Workshop.mayGo(share, low, 0)).isTrue();
    assertThat(Workshop.mayGo(share, low, 0)).isTrue();
    assertThat(Workshop.mayGo(share, low, 0)).isFalse();
    share.settle();
    assertThat(Workshop.mayGo(share, low, 0)).isTrue();
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
  void aForEachSharesTheSlotsAsRunsDo() {
    Workshop workshop = new Workshop(4, 2);
    workshop.submitEach("wide", Priority.LOW, 400, 100);
    workshop.submit("runs", Priority.LOW, 400);
    workshop.work(10_000);

    int wide = workshop.doneOf("wide");
    assertThat(workshop.doneOf("runs")).isBetween(wide - 20, wide + 20);
    assertThat(wide).isGreaterThan(100);
  }

  @Test
  void theElementsOfAForEachThatAreNotBegunGetTheirTurnsInTheirOrder() {
    Share share = new Turns(1, lane -> new Offer(1, false)).share(0, 0);
    Claim low = Workshop.claim("bulk", Priority.LOW);
    TaskKey each = TaskKey.of("p", "s");
    share.waitsUnbegun("r", each, low, 3, 9, 0);
    share.tick(0);
    assertThat(share.due(0).get("r")).containsExactly(each.element(3), each.element(4));
    share.waitsUnbegun("r", each, low, 3, 6, 0); // another decision, before these
    share.sent("r", each.element(3), low, 0);
    share.done("r", each.element(3), 1);
    assertThat(share.due(1).get("r")).containsExactly(each.element(5));
    share.answered("r", each.element(4), 2); // nothing came of it
    share.tick(2);
    assertThat(share.due(2)).as("no more wait").isEmpty();
    share.forget("r", 3);
    assertThat(room(share, low, 3)).as("its places are free").isEqualTo(2);
  }

  @Test
  void whatADecisionEndsLeavesItsPlaceToWhatTheSameDecisionSends() {
    Share share = new Turns(1, lane -> new Offer(1, false)).share(0, 0);
    TaskKey each = TaskKey.of("p", "s");
    twoOfMany(share, each);
    assertThat(mayTake(share, each.element(2), null)).isFalse();
    assertThat(mayTake(share, each.element(2), each.element(7))).as("is not out").isFalse();
    assertThat(mayTake(share, each.element(2), each.element(0))).isTrue();
    share.sent("r", each.element(2), BULK, 1);
    share.settle();
    share.done("r", each.element(0), 1);
    share.waitsUnbegun("r", each, BULK, 3, 9, 1);
    share.tick(2);
    assertThat(share.due(2)).as("its place is taken").isEmpty();
    assertThat(mayTake(share, each.element(3), null)).isFalse();
  }

  @Test
  void aPlaceIsNotHandedOnPastOneThatIsToGoFirst() {
    TaskKey each = TaskKey.of("p", "s");
    Share retries = new Turns(1, lane -> new Offer(1, false)).share(0, 0);
    twoOfMany(retries, each);
    retries.waits("r", each.element(1), BULK, 1); // is tried again
    retries.sent("r", each.element(2), BULK, 1);
    assertThat(mayTake(retries, each.element(3), each.element(0))).isFalse();

    Share beside = new Turns(1, lane -> new Offer(1, false)).share(0, 0);
    twoOfMany(beside, each);
    beside.waits("o", each, Workshop.claim("other", Priority.LOW), 1);
    assertThat(mayTake(beside, each.element(2), each.element(0))).isFalse();
    beside.done("r", each.element(0), 2);
    assertThat(beside.due(2)).containsOnlyKeys("o");
  }

  private static void twoOfMany(Share share, TaskKey each) {
    share.sent("r", each.element(0), BULK, 0);
    share.sent("r", each.element(1), BULK, 0);
    share.waitsUnbegun("r", each, BULK, 2, 9, 0);
  }

  private static boolean mayTake(Share share, TaskKey next, TaskKey ended) {
    return share.hold("r", BULK, Workshop.sending(next, ended), 1).isEmpty();
  }

  @Test
  void aForEachThatEndsLeavesTheTurnsThatAreNotToldYet() {
    Turns turns = new Turns(1, lane -> new Offer(1, false));
    Share share = turns.share(0, 0);
    Share other = turns.share(0, 0);
    Claim low = Workshop.claim("bulk", Priority.LOW);
    share.waitsUnbegun("r", TaskKey.of("p", "s"), low, 0, 9, 0);
    other.tick(0); // another thread gives them
    share.leavesWhole("r", TaskKey.of("p", "s"), 1);
    assertThat(share.due(1)).isEmpty();
    assertThat(room(other, low, 1)).isEqualTo(2);
  }

  private static int room(Share share, Claim claim, long now) {
    int went = 0;
    while (went < 100 && Workshop.mayGo(share, claim, now)) {
      went++;
    }
    return went;
  }

  @Test
  void aPartitionThatMovesLeavesItsRoomToTheOthers() {
    Workshop workshop = new Workshop(2, 2);
    workshop.submit("bulk", Priority.LOW, 20);
    workshop.submitEach("wide", Priority.LOW, 20, 10);
    workshop.work(500);
    workshop.movePartition(0);
    workshop.workAll();

    assertThat(workshop.done()).isEqualTo(40);
    assertThat(workshop.isForgotten()).isTrue();
  }

  @Test
  void aRunnerThatStartsAnewKeepsBackWhatWasKeptBack() {
    Turns turns = new Turns(1, lane -> new Offer(1, false));
    Share share = turns.share(0, 0);
    Share other = turns.share(0, 0);
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
    Share share = new Turns(1, lane -> new Offer(1, false)).share(0, 0);
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
