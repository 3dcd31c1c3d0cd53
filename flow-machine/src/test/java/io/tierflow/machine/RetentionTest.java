package io.tierflow.machine;

import static io.tierflow.machine.ARun.aRun;
import static io.tierflow.machine.ARun.aRunWith;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.machine.Decision.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetentionTest {

  private static final int WIDE = 2500;

  @Test
  void nothingIsLeftOfARunThatIsPastItsRetention() {
    ARun run =
        aRun(p -> p.stage("a").handler("h").then().stage("b").handler("h"))
            .succeeds("p/a")
            .succeeds("p/b");

    run.pruned();
    assertThat(run.entries.get(EntryKey.RUN)).isEmpty();
    assertThat(run.entries.get(EntryKey.INPUT)).isEmpty();
    assertThat(run.entries.get(EntryKey.of("p"))).isEmpty();
    assertThat(run.entries.get(EntryKey.of(TaskKey.of("p", "b")))).isEmpty();

    assertThat(run.decide(run.success("p/b", 1, Content.json("1"))).outcome())
        .isEqualTo(Outcome.UNKNOWN_RUN);
  }

  @Test
  void aRunThatGoesOnIsNotRemoved() {
    ARun run = aRun(p -> p.stage("a").handler("h"));
    run.decide(new Input.DeadlineReached(Retention.due(run.now, Duration.ZERO)));
    assertThat(run.outcome()).isEqualTo(Outcome.STALE);
    assertThat(run.succeeds("p/a").state()).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void aWideForEachIsRemovedInPieces() {
    ARun run = wide();
    assertThat(run.pruned())
        .containsExactly(Retention.PIECE, Retention.PIECE, WIDE - 2 * Retention.PIECE + 5);
    run.entries.forEachElement(
        TaskKey.of("p", "a"), (index, element) -> assertThat(index).isNull());
  }

  @Test
  void whatACrashCutsOffIsMadeUpForWhenTheCommandComesAgain() {
    for (int piece = 0; piece < 3; piece++) {
      for (int survived = 0; survived <= 5; survived++) {
        ARun run = wide();
        Instant due = run.record().endedAt();
        for (int before = 0; before <= piece; before++) {
          Decision decision = prune(run, before, due);
          List<EntryKey> removed = decision.removed();
          int cut = removed.size() - (before == piece ? survived : 0);
          run.entries.removeAll(removed.subList(0, cut));
        }
        for (int again = piece; again < 3; again++) {
          run.entries.removeAll(prune(run, again, due).removed());
        }
        assertThat(run.entries.get(EntryKey.RUN)).isEmpty();
        assertThat(run.entries.get(EntryKey.of(TaskKey.of("p", "a")))).isEmpty();
        run.entries.forEachElement(
            TaskKey.of("p", "a"), (index, element) -> assertThat(index).isNull());
      }
    }
  }

  @Test
  void aLateReplyToARunThatIsHalfRemovedSendsNothing() {
    ARun run =
        aRun(p ->
                p.parallel(b -> b.stage("x").handler("h").and().stage("y").handler("h"))
                    .stage("b")
                    .handler("h"))
            .succeeds("p/x", "1")
            .succeeds("p/y", "2")
            .succeeds("p/b", "3");
    Input last = run.success("p/y", 1, Content.json("2"));
    run.entries.removeAll(List.of(EntryKey.of(TaskKey.of("p", "x"))));
    assertThat(run.decide(last).sent()).isEmpty();
    assertThat(run.state()).isEqualTo(RunState.SUCCEEDED);
  }

  private static Decision prune(ARun run, int piece, Instant due) {
    return RunMachine.decide(
        ARun.ID,
        run.plan,
        run.entries,
        new Input.DeadlineReached(new Deadline(Deadline.Kind.PRUNE, null, piece, due), Map.of()),
        run.now);
  }

  private static ARun wide() {
    String list =
        IntStream.range(0, WIDE)
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(",", "[", "]"));
    ARun run = aRunWith(list, p -> p.stage("a").handler("h").forEachElement());
    return run.decide(new Input.Cancel("enough"));
  }
}
