package io.tierflow.runner.engine;

import static io.tierflow.runner.engine.PoolWatch.Presence.GONE;
import static io.tierflow.runner.engine.PoolWatch.Presence.PRESENT;
import static io.tierflow.runner.engine.PoolWatch.Presence.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.client.PoolView;
import io.tierflow.flow.Launcher;
import io.tierflow.runner.engine.PoolWatch.Need;
import io.tierflow.runner.engine.PoolWatch.Sight;
import io.tierflow.runner.turns.Offer;
import io.tierflow.schemas.WorkerStatus;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class LiveWorkersTest {

  private static final String TOPIC = "tierflow.workers";

  private final SingleObjectCodec codec = new SingleObjectCodec();
  private Instant now = Instant.parse("2026-11-24T10:00:00Z");
  private String launcher = "kafka";
  private long taskMemory; // 0: not told
  private boolean stopping;
  private final LiveWorkers workers = new LiveWorkers(codec, () -> now);

  @Test
  void tellsTheHandlersOfEachClass() throws Exception {
    announce("a", "small", "echo", "sleep");
    announce("b", "small", "echo", "new");
    announce("c", "large", "fit");

    assertThat(workers.handlers())
        .isEqualTo(Map.of("small", Set.of("echo", "new", "sleep"), "large", Set.of("fit")));
  }

  @Test
  void namesALaneAsFlowsDo() throws Exception {
    for (Launcher each : Launcher.values()) {
      launcher = each.word();
      announce("w-" + launcher, "small", "exec");
    }

    assertThat(workers.lanes()).containsExactlyInAnyOrderElementsOf(Launcher.lanes("small"));
  }

  @Test
  void keepsTheLaunchersOfAClassApart() throws Exception {
    workers.upToDate();
    announce("a", "small", "echo", "exec");
    launcher = "ssh";
    announce("b", "small", "exec");

    assertThat(workers.handlers())
        .isEqualTo(Map.of("small", Set.of("echo", "exec"), "small.ssh", Set.of("exec")));
    assertThat(workers.sight(new Need("small.ssh", "exec"))).isEqualTo(Sight.PRESENT);
    assertThat(workers.sight(new Need("small.in-process", "echo"))).isEqualTo(Sight.GONE);
    assertThat(workers.classes()).containsExactly("small");
    assertThat(workers.lanes()).containsExactlyInAnyOrder("small", "small.ssh");
    assertThat(workers.live()).extracting(PoolView::launcher).containsExactly("kafka", "ssh");
    assertThat(workers.live())
        .extracting(PoolView::limitedBy)
        .containsOnly("control groups v2 without pids");
  }

  @Test
  void forgetsADayAfterItsLastWorkerWhatAClassCouldDo() throws Exception {
    announce("a", "large", "fit", "old");
    now = now.plus(Duration.ofHours(12));
    announce("b", "large", "fit");
    workers.read("a", new ConsumerRecord<>(TOPIC, 0, 0, key("a"), null), true);

    assertThat(workers.handlers()).isEqualTo(Map.of("large", Set.of("fit", "old")));
    now = now.plus(Duration.ofHours(13));
    assertThat(workers.handlers()).isEqualTo(Map.of("large", Set.of("fit")));
    now = now.plus(Duration.ofHours(13));
    assertThat(workers.handlers()).isEmpty();
  }

  @Test
  void aClassIsGoneWhenItsWorkersAreSilentThoughTheTopicIsRead() throws Exception {
    assertThat(presence("small")).as("nothing was read yet").isEqualTo(UNKNOWN);
    workers.upToDate();
    assertThat(presence("small")).as("nobody ever said so").isEqualTo(GONE);

    announce("a", "small");
    assertThat(presence("small")).isEqualTo(PRESENT);
    passReadable(Duration.ofSeconds(9));
    assertThat(presence("small")).isEqualTo(PRESENT);
    passReadable(Duration.ofSeconds(2));
    assertThat(presence("small")).isEqualTo(GONE);
  }

  @Test
  void silenceProvesNothingWhileAndRightAfterTheTopicCannotBeRead() throws Exception {
    workers.upToDate();
    announce("a", "small");
    now = now.plusSeconds(60);
    assertThat(presence("small")).as("in the outage").isEqualTo(UNKNOWN);

    passReadable(Duration.ofSeconds(9));
    assertThat(presence("small")).as("it may not have been heard yet").isEqualTo(UNKNOWN);
    passReadable(Duration.ofSeconds(2));
    assertThat(presence("small")).as("it did not come back").isEqualTo(GONE);
    announce("a", "small");
    assertThat(presence("small")).isEqualTo(PRESENT);
  }

  @Test
  void aWorkerThatIsStoppingIsNamedWhereNoOtherServesUntilItIsGone() throws Exception {
    Need small = new Need("small", null);
    workers.upToDate();
    stopping = true;
    announce("b", "small");
    announce("a", "small");
    announce("c", "large");
    assertThat(workers.sight(small)).isEqualTo(Sight.GONE.before(List.of("a", "b")));
    workers.read("b", new ConsumerRecord<>(TOPIC, 0, 0, key("b"), null), true);
    assertThat(workers.sight(small)).isEqualTo(Sight.GONE.before(List.of("a")));

    stopping = false;
    announce("d", "small");
    assertThat(workers.sight(small)).isEqualTo(Sight.PRESENT);
    assertThat(workers.sight(new Need("small", "fit")))
        .isEqualTo(Sight.lacking(new Need("small", "fit"), List.of("d")).before(List.of("a")));

    workers.read("d", new ConsumerRecord<>(TOPIC, 0, 0, key("d"), null), true);
    now = now.plusSeconds(60);
    workers.upToDate();
    assertThat(workers.sight(small))
        .as("right after an outage its silence proves nothing")
        .isEqualTo(Sight.GONE.before(List.of("a")));
    passReadable(LiveWorkers.SILENCE);
    assertThat(workers.sight(small)).isEqualTo(Sight.GONE);
  }

  @Test
  void aWorkerThatDiedIsNotRememberedForEver() throws Exception {
    announce("a", "small");
    passReadable(Duration.ofSeconds(20));
    assertThat(workers.remembered()).isEqualTo(1);
    now = now.plus(LiveWorkers.REMEMBERED);
    workers.upToDate();
    assertThat(workers.remembered()).as("after an outage silence says nothing").isEqualTo(1);

    passReadable(Duration.ofSeconds(11));

    assertThat(workers.remembered()).isZero();
  }

  @Test
  void aLaneWhoseOnlyWorkerIsStartedAnewKeepsItsTasksBackForAMinute() throws Exception {
    workers.upToDate();
    assertThat(workers.offer("small")).as("nobody ever said so").isEqualTo(Offer.UNCOUNTED);
    announce("a", "small");
    assertThat(workers.offer("small")).isEqualTo(new Offer(1, true));

    stopping = true;
    announce("a", "small");
    assertThat(workers.offer("small")).isEqualTo(Offer.UNKNOWN);
    workers.read("a", new ConsumerRecord<>(TOPIC, 0, 0, key("a"), null), true);
    passReadable(LiveWorkers.DESERTED.minusSeconds(1));
    assertThat(workers.offer("small")).isEqualTo(Offer.UNKNOWN);
    passReadable(Duration.ofSeconds(1));
    assertThat(workers.offer("small")).isEqualTo(Offer.UNCOUNTED);
  }

  private void passReadable(Duration time) {
    for (Instant end = now.plus(time); now.isBefore(end); now = now.plusMillis(500)) {
      workers.upToDate();
    }
    workers.upToDate();
  }

  private PoolWatch.Presence presence(String lane) {
    return workers.sight(new Need(lane, null)).presence();
  }

  @Test
  void tellsAClassWithoutWorkersFromOneWhoseWorkersLackTheHandler() throws Exception {
    workers.upToDate();
    assertThat(workers.sight(new Need("small", "fit"))).isEqualTo(Sight.GONE);

    announce("b", "small", "echo");
    announce("a", "small", "echo");
    announce("c", "large", "fit");
    assertThat(workers.sight(new Need("small", "fit")))
        .isEqualTo(Sight.lacking(new Need("small", "fit"), List.of("a", "b")));
    assertThat(workers.sight(new Need("small", null))).isEqualTo(Sight.PRESENT);

    announce("d", "small", "fit");
    assertThat(workers.sight(new Need("small", "fit"))).isEqualTo(Sight.PRESENT);
    passReadable(LiveWorkers.SILENCE);
    assertThat(workers.sight(new Need("small", "fit"))).isEqualTo(Sight.GONE);
  }

  @Test
  void tellsWhichWorkersNeverHaveTheMemoryThatATaskDeclares() throws Exception {
    Need need = new Need("small", "fit", 2L << 30);
    workers.upToDate();
    taskMemory = 512L << 20;
    announce("b", "small", "fit");
    announce("a", "small", "echo");
    assertThat(workers.sight(need)).isEqualTo(Sight.tooLarge(need, List.of("b (512m)")));
    assertThat(workers.sight(new Need("small", "none", 1)).tooLarge()).isFalse();
    assertThat(workers.sight(new Need("small", "fit", 512L << 20))).isEqualTo(Sight.PRESENT);

    taskMemory = 0; // one that does not tell may have it
    announce("c", "small", "fit");
    assertThat(workers.sight(need)).isEqualTo(Sight.PRESENT);
  }

  @Test
  void aWorkerWhoseClockIsAheadIsNotThereForLongerToARunnerThatStarts() throws Exception {
    byte[] value = status("w", "small", "fit");
    long ahead = now.plus(Duration.ofMinutes(5)).toEpochMilli();
    workers.read(
        "w",
        new ConsumerRecord<>(
            TOPIC,
            0,
            0,
            ahead,
            TimestampType.CREATE_TIME,
            1,
            value.length,
            key("w"),
            value,
            new RecordHeaders(),
            Optional.empty()),
        false);
    workers.upToDate();
    assertThat(workers.live()).hasSize(1);

    passReadable(LiveWorkers.SILENCE.plusSeconds(1));
    assertThat(workers.live()).isEmpty();
    assertThat(presence("small")).isEqualTo(PoolWatch.Presence.GONE);
  }

  private void announce(String worker, String resourceClass, String... handlers)
      throws UndecodableException {
    byte[] value = status(worker, resourceClass, handlers);
    workers.read(worker, new ConsumerRecord<>(TOPIC, 0, 0, key(worker), value), true);
  }

  private byte[] status(String worker, String resourceClass, String... handlers) {
    WorkerStatus status =
        WorkerStatus.newBuilder()
            .setWorker(worker)
            .setPool(resourceClass)
            .setResourceClass(resourceClass)
            .setLauncher(launcher)
            .setTaskMemoryMaxBytes(taskMemory)
            .setHost("host")
            .setPid(1)
            .setVersion("1")
            .setSlots(1)
            .setBusy(0)
            .setHandlers(List.of(handlers))
            .setMemoryUsedBytes(1)
            .setMemoryMaxBytes(1)
            .setSucceeded(0)
            .setFailed(0)
            .setAbandonedThreads(0)
            .setStartedAt(now)
            .setHeartbeatAt(now)
            .setStopping(stopping)
            .setLimitedBy("control groups v2 without pids")
            .build();
    return codec.encode(TOPIC, status);
  }

  private static byte[] key(String worker) {
    return worker.getBytes(StandardCharsets.UTF_8);
  }
}
