package io.tierflow.machine.expect;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Cron;
import io.tierflow.flow.Every;
import io.tierflow.machine.expect.Flag.Reason;
import io.tierflow.machine.expect.Report.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random histories against a runner that crashes, a clock that jumps, and inputs sent twice. */
class GeneratedExpectationsTest {

  private static final int HISTORIES = 2000;
  private static final int STEPS = 120;
  private static final Instant START = Instant.parse("2026-03-28T22:00:00Z");
  private static final List<List<Expectation>> WANTED =
      List.of(
          List.of(
              Expectation.by(START.plusSeconds(2000)),
              Expectation.by(START.plusSeconds(5000)).with(Duration.ofMinutes(9), Map.of()),
              Expectation.by(START.plus(Duration.ofDays(5)))),
          List.of(
              Expectation.of(new Every(Duration.ofMinutes(20)), START),
              Expectation.of(new Every(Duration.ofMinutes(20)), START)
                  .with(Duration.ofSeconds(5), Map.of("a", "b"))),
          List.of(
              Expectation.of(Cron.parse("*/20 * * * *", ZoneId.of("Europe/Berlin")), START),
              Expectation.of(Cron.parse("* * * * *", Cron.UTC), START),
              Expectation.of(Cron.parse("30 2 * * *", ZoneId.of("Europe/Berlin")), START)));

  @Test
  void whateverIsLostAndRepeatedTheEndIsThatOfDecidingEachInputOnce() {
    int crashes = 0;
    int flags = 0;
    for (int seed = 0; seed < HISTORIES; seed++) {
      CrashingSupervisor runner = new CrashingSupervisor(seed, WANTED.get(seed % WANTED.size()));
      runner.play(STEPS);
      runner.settle();
      check(runner, "seed " + seed);
      crashes += runner.crashes();
      flags += (int) runner.told().stream().filter(ExpectEvent.Flagged.class::isInstance).count();
    }
    assertThat(crashes).isGreaterThan(HISTORIES);
    assertThat(flags).isGreaterThan(HISTORIES);
  }

  private static void check(CrashingSupervisor runner, String name) {
    Optional<ExpectState> state = Optional.empty();
    Set<Object> toTell = new HashSet<>();
    Map<Object, Boolean> stands = new LinkedHashMap<>();
    for (CrashingSupervisor.Command command : runner.log()) {
      ExpectDecision decision = ExpectMachine.decide(state, command.input(), command.at());
      state = decision.state();
      decision.tell().forEach(event -> tell(event, toTell, stands));
    }
    assertThat(runner.state().map(GeneratedExpectationsTest::shown))
        .as(name)
        .isEqualTo(state.map(GeneratedExpectationsTest::shown));

    Set<Object> told = new HashSet<>();
    Map<Object, Boolean> seen = new LinkedHashMap<>();
    runner.told().forEach(event -> tell(event, told, seen));
    assertThat(told).as(name).isEqualTo(toTell);
    assertThat(seen).as(name + ", what is told last").isEqualTo(stands);

    state.filter(ExpectState::isExpected).ifPresent(now -> upToDate(now, runner.now(), name));
    state
        .filter(now -> !now.isExpected())
        .ifPresent(now -> assertThat(now.open()).as(name).isEmpty());
  }

  // Which inputs are known again may differ: an obsolete wake-up finds nothing to forget.
  private static ExpectState shown(ExpectState state) {
    return new ExpectState(
        state.expectation(),
        state.registration(),
        state.registeredAt(),
        state.due(),
        state.last(),
        state.startedAt(),
        state.reports(),
        state.flags(),
        List.of(),
        state.removedAt());
  }

  private static void tell(ExpectEvent event, Set<Object> told, Map<Object, Boolean> stands) {
    boolean risen = event instanceof ExpectEvent.Flagged;
    Flag flag =
        event instanceof ExpectEvent.Flagged flagged
            ? flagged.flag()
            : ((ExpectEvent.Cleared) event).flag();
    List<Object> which = List.of(flag.reason(), flag.since(), flag.cause());
    told.add(List.of(which, risen));
    stands.put(which, risen);
  }

  private static void upToDate(ExpectState state, Instant now, String name) {
    boolean late = state.limit().filter(limit -> !limit.isAfter(now)).isPresent();
    Reason silence = state.expectation().isOnce() ? Reason.OVERDUE : Reason.SCHEDULE_MISSED;
    assertThat(state.open().stream().filter(flag -> flag.reason() == silence).count())
        .as(name + ", overdue is flagged, and nothing else")
        .isEqualTo(late ? 1 : 0);
    boolean failed = state.last() != null && state.last().status() == Status.FAILED;
    assertThat(
            state.open().stream().filter(flag -> flag.reason() == Reason.REPORTED_FAILED).count())
        .as(name + ", a failure is flagged until a success")
        .isEqualTo(failed ? 1 : 0);
  }
}
