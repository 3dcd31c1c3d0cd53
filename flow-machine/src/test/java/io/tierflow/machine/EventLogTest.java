package io.tierflow.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Flow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * State changes only by applying events: whoever applies a run's events in order to nothing has the
 * run. Random flows, with failures, lost workers, repeated and late replies, and cancellations.
 */
class EventLogTest {

  private static final int RUNS = 1500;
  private static final String ID = "r";
  private static final List<FailureKind> KINDS = List.of(FailureKind.values());

  @Test
  void theEventLogAloneRebuildsTheSameState() {
    for (long seed = 0; seed < RUNS; seed++) {
      Live live = new Live(seed);
      live.play();
      assertThat(live.rebuilt).as("seed %d", seed).isEqualTo(live.written);
    }
  }

  private static final class Live {
    private final Random random;
    private final Plan plan;
    private final MemoryEntries entries = new MemoryEntries();
    private final Map<EntryKey, RunEntry> written = new HashMap<>();
    private final MemoryEntries rebuiltEntries = new MemoryEntries();
    private final Map<EntryKey, RunEntry> rebuilt = new HashMap<>();
    private final List<TaskOrder> out = new ArrayList<>();
    private final List<Deadline> deadlines = new ArrayList<>();
    private final List<Input> said = new ArrayList<>();
    private Instant now = Instant.EPOCH;

    Live(long seed) {
      this.random = new Random(seed);
      Flow flow = new RandomFlows(random, false).next();
      this.plan = Plan.of(flow, 1);
    }

    void play() {
      decide(new Input.Submit(Map.of(), Content.json("{\"in\":1}")));
      while (!out.isEmpty() || !deadlines.isEmpty()) {
        now = now.plusMillis(5);
        if (out.isEmpty()) {
          Instant due = deadlines.stream().map(Deadline::dueAt).min(Instant::compareTo).orElse(now);
          now = due.isAfter(now) ? due : now;
        }
        if (!out.isEmpty()) {
          work(out.remove(random.nextInt(out.size())));
        }
        deadlines.stream()
            .filter(deadline -> !deadline.dueAt().isAfter(now))
            .toList()
            .forEach(
                deadline -> {
                  deadlines.remove(deadline);
                  decide(new Input.DeadlineReached(deadline));
                });
        if (random.nextInt(8) == 0) {
          decide(said.get(random.nextInt(said.size())));
        }
        if (random.nextInt(50) == 0) {
          decide(new Input.Pause("p" + now));
          decide(new Input.Resume("p" + now));
        }
        if (random.nextInt(20) == 0) {
          decide(new Input.PoolGone("small"));
        }
        if (random.nextInt(20) == 0) {
          decide(new Input.PoolBack("small"));
        }
        if (random.nextInt(200) == 0) {
          decide(new Input.Cancel("generated"));
        }
      }
    }

    private void work(TaskOrder order) {
      if (random.nextInt(4) == 0) {
        boolean handedOver = random.nextBoolean();
        Optional<Duration> silence =
            handedOver ? Optional.of(Duration.ofMillis(30)) : Optional.empty();
        decide(new Input.Started(order.task(), order.attempt(), "w", now, silence));
        decide(new Input.Heartbeat(order.task(), order.attempt(), "w", 0.5, "half"));
        if (handedOver && random.nextBoolean()) {
          return; // it dies
        }
      }
      if (random.nextInt(6) == 0) {
        Failure failure = Failure.of(KINDS.get(random.nextInt(KINDS.size())), "generated");
        decide(new Input.Failed(order.task(), order.attempt(), "w", now, now, failure, 1L));
      } else {
        boolean list = order.stage().handler().equals("list");
        Content output = Content.json(list ? "[1.10,2,3]" : "{}");
        decide(new Input.Succeeded(order.task(), order.attempt(), "w", now, now, output, 1L));
      }
    }

    private void decide(Input input) {
      said.add(input);
      Decision decision = RunMachine.decide(ID, plan, entries, input, now);
      if (decision.outcome() == Decision.Outcome.REPEATED) {
        // Nothing was lost, so nothing may change: its events are in the log already.
        decision.entries().forEach((key, entry) -> assertThat(written.get(key)).isEqualTo(entry));
      } else {
        decision.events().forEach(event -> replay(event, Cause.of(input)));
      }
      entries.putAll(decision.entries());
      written.putAll(decision.entries());
      deadlines.removeAll(decision.lapsed());
      deadlines.addAll(decision.deadlines());
      if (decision.outcome() == Decision.Outcome.ACCEPTED) {
        out.addAll(decision.tasks());
      }
    }

    private void replay(Event event, Cause cause) {
      Scratch scratch = new Scratch(ID, plan, rebuiltEntries, now, cause);
      scratch.emit(event);
      Map<EntryKey, RunEntry> after = scratch.decided(Decision.Outcome.ACCEPTED).entries();
      rebuiltEntries.putAll(after);
      rebuilt.putAll(after);
    }
  }
}
