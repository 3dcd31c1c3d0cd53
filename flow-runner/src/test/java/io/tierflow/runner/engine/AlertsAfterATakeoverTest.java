package io.tierflow.runner.engine;

import static io.tierflow.runner.engine.FakePartition.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.runner.alerts.HandedOver;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.Failure;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.RunEvents;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageStarted;
import io.tierflow.schemas.StageTask;
import io.tierflow.schemas.SubmitRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A runner is killed after any record that it read, and the next one reads again what the first had
 * not committed, seconds later: what was flagged has the same identity and time all the same, so
 * that it is alerted once.
 */
class AlertsAfterATakeoverTest {

  private static final String FLOW =
      """
      {"flow": "f", "class": "small", "deadline": "1s",
       "pipelines": {
         "p": {"stages": [{"stage": "a", "handler": "echo", "timeout": {"queue": "1s"}}]},
         "q": {"stages": [{"stage": "b", "handler": "echo"}]},
         "r": {"stages": [{"stage": "c", "handler": "echo", "timeout": {"queue": "1s"},
           "retry": {"attempts": 2, "backoff": "0s..0s"}}]}}}
      """;

  private static final int SECONDS = 6;
  private static final Duration AWAY = Duration.ofSeconds(3);

  /** What a crash left of what its runner did since the last commit. */
  private enum Left {
    /** Its events; nothing of its state. */
    EVENTS,
    /** Its state; none of its events. */
    STATE,
    ALL
  }

  @ParameterizedTest
  @EnumSource
  void whatWasFlaggedIsAlertedOnceWhereverItsRunnerWasKilled(Left left) throws Exception {
    Journey whole = new Journey();
    whole.play();
    List<String> once = HandedOver.of(whole.log);
    assertThat(once.toString())
        .contains("NO_WORKERS", "NOT_PICKED_UP", "HEARTBEAT_LOST", "RUN_OVERDUE");
    assertThat(once).as("each cleared as well").hasSize(2 * 8);

    List<String> wrong = new ArrayList<>();
    for (int read = 1; read < whole.topic.size(); read++) {
      for (int back = whole.commits.get(read - 1); back < read; back++) {
        Journey journey = new Journey();
        journey.killedAfter(read, back, left);
        journey.play();
        // As two who alert would have it, of which each remembers what it sent itself.
        Set<String> alerts = new TreeSet<>(HandedOver.of(journey.log.subList(0, journey.killed)));
        alerts.addAll(HandedOver.of(journey.log.subList(journey.killed, journey.log.size())));
        if (!names(alerts).equals(names(once))
            || HandedOver.of(journey.log).size() != alerts.size()) {
          wrong.add("killed after " + read + ", back to " + back + ": " + alerts);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static List<String> names(Collection<String> alerts) {
    return alerts.stream().map(alert -> alert.replaceAll("@.*", "")).sorted().toList();
  }

  private record Read(String topic, SpecificRecord value) {}

  /** A run from its submission to its end, and what its topics hold. */
  private static final class Journey {
    private final List<Read> topic = new ArrayList<>();
    private final List<Integer> commits = new ArrayList<>();
    private final List<Instant> times = new ArrayList<>();
    private final List<Integer> told = new ArrayList<>();
    private final List<RunEvents> log = new ArrayList<>();
    private final List<StageTask> tasks = new ArrayList<>();
    private FakePartition partition = new FakePartition();
    private Duration late = Duration.ZERO;
    private int position;
    private int reads;
    private int killed;
    private int killedAfter;
    private int backTo;
    private Left left;

    void killedAfter(int read, int back, Left what) {
      killedAfter = read;
      backTo = back;
      left = what;
    }

    void play() {
      command(new SubmitRun("f", 1, FLOW, Replies.json("{}"), Map.of(), null, Map.of(), null));
      for (int second = 0; second <= SECONDS; second++) {
        PoolWatch.Sight pools = second < 2 ? PoolWatch.Sight.GONE : PoolWatch.Sight.PRESENT;
        partition.pools(pools);
        partition.tick(NOW.plusSeconds(second).plus(late));
        gather();
        replies(second);
        int committed = position;
        while (position < topic.size()) {
          commits.add(committed);
          times.add(partition.now());
          told.add(log.size());
          read(partition, topic.get(position++));
          gather();
          if (++reads == killedAfter) {
            kill();
            partition.pools(pools);
            partition.tick(NOW.plusSeconds(second).plus(late));
            gather();
          }
        }
      }
    }

    private static void read(FakePartition partition, Read next) {
      partition.take(next.topic(), "r", next.value());
    }

    // Another takes over, with what there is of the state, and reads again from there.
    private void kill() {
      if (left == Left.EVENTS) {
        Instant now = partition.now();
        partition = new FakePartition();
        for (int i = 0; i < backTo; i++) {
          partition.passes(Duration.between(partition.now(), times.get(i)));
          read(partition, topic.get(i));
        }
        partition.passes(Duration.between(partition.now(), now));
      }
      if (left == Left.STATE) {
        log.subList(told.get(backTo), log.size()).clear();
      }
      partition.forgetSent();
      partition.restart();
      killed = log.size();
      late = AWAY;
      position = backTo;
    }

    private void gather() {
      partition
          .sent(partition.topics.commands(), Command.class)
          .forEach(posted -> topic.add(new Read(partition.topics.commands(), posted)));
      log.addAll(partition.sent(partition.topics.events(), RunEvents.class));
      tasks.addAll(partition.tasks());
      partition.forgetSent();
    }

    private void replies(int second) {
      if (second == 2) {
        started("b", 1, 1_000L);
        Failure failure =
            new Failure(FailureKind.HANDLER_ERROR, "no", null, false, null, false, false);
        topic.add(
            new Read(partition.topics.errors(), Replies.failed(task("c", 1), "w", NOW, failure)));
      } else if (second == 4) {
        started("a", 1, null);
        started("b", 2, null);
      } else if (second == 5) {
        succeeded("a", 1);
        succeeded("b", 2);
        succeeded("c", 2);
      }
    }

    private void command(Object body) {
      topic.add(new Read(partition.topics.commands(), new Command("r", "c", NOW, body)));
    }

    private void started(String stage, int attempt, Long heartbeatMillis) {
      StageStarted body = new StageStarted(NOW, heartbeatMillis != null, heartbeatMillis, null);
      result(Replies.result(task(stage, attempt), "w", body));
    }

    private void succeeded(String stage, int attempt) {
      result(Replies.succeeded(task(stage, attempt), "w", NOW, "1"));
    }

    private void result(StageResult result) {
      topic.add(new Read(partition.topics.results(), result));
    }

    private StageTask task(String stage, int attempt) {
      return tasks.stream()
          .filter(it -> it.getStage().equals(stage) && it.getAttempt() == attempt)
          .findFirst()
          .orElseThrow(() -> new AssertionError(stage + "#" + attempt + " was not sent"));
    }
  }
}
