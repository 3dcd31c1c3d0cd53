package io.tierflow.runner.engine;

import io.tierflow.client.PoolView;
import io.tierflow.flow.file.ByteSize;
import io.tierflow.runner.turns.Offer;
import io.tierflow.schemas.WorkerStatus;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.topics.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The workers as they announce themselves. Thread-safe. */
final class LiveWorkers implements TopicView.Reader {

  /** Silence after which a worker is not counted as live: five of its announcements. */
  static final Duration SILENCE = Duration.ofSeconds(10);

  /**
   * How long what a class's workers could do is held for what its workers can do: a day, as long as
   * the workers' topic keeps what they said. A pool that is started anew, or scaled to nothing for
   * the night, is no reason to refuse a flow.
   */
  static final Duration HANDLERS_KEPT = Duration.ofDays(1);

  /** For how long the topic may give no sign of itself until what workers say is not known. */
  static final Duration UNREADABLE = Duration.ofSeconds(5);

  /** How long a worker that fell silent is remembered: long after it counts as gone. */
  static final Duration REMEMBERED = Duration.ofHours(1);

  /**
   * For how long nobody may work a lane until its tasks are not kept back for its workers any more:
   * longer than a pool takes that is started anew.
   */
  static final Duration DESERTED = Duration.ofMinutes(1);

  private record Heard(WorkerStatus status, Instant at) {}

  private record Offered(String lane, String handler) {}

  private final WireCodec codec;
  private final InstantSource clock;
  private final Map<String, Heard> workers = new ConcurrentHashMap<>();
  private final Map<Offered, Instant> offers = new ConcurrentHashMap<>();
  private final Set<String> classes = ConcurrentHashMap.newKeySet();
  private final Map<String, Instant> lanes = new ConcurrentHashMap<>(); // when it was last heard of
  private final EndRates rates = new EndRates();
  private volatile Followed readable; // null until the topic was read for the first time

  /** From when to when all that workers said could be read. */
  private record Followed(Instant since, Instant until) {}

  LiveWorkers(WireCodec codec, InstantSource clock) {
    this.codec = codec;
    this.clock = clock;
  }

  @Override
  public void read(String worker, ConsumerRecord<byte[], byte[]> record, boolean live)
      throws UndecodableException {
    if (record.value() == null) {
      workers.remove(worker);
      return;
    }
    WorkerStatus status = codec.decode(record.topic(), record.value(), WorkerStatus.class);
    // This runner's own clock tells how long ago, so that a worker's wrong clock does not matter.
    Instant now = clock.instant();
    Instant told = Instant.ofEpochMilli(record.timestamp());
    Instant at = live || told.isAfter(now) ? now : told;
    Heard before = workers.put(worker, new Heard(status, at));
    if (live) {
      long ended = ended(status) - (before == null ? 0 : ended(before.status()));
      rates.heard(TopicNames.lane(status), at, Math.max(0, ended));
    }
    for (String handler : status.getHandlers()) {
      offers.put(new Offered(TopicNames.lane(status), handler), at);
    }
    classes.add(status.getResourceClass());
    lanes.merge(TopicNames.lane(status), at, (one, other) -> one.isAfter(other) ? one : other);
  }

  @Override
  public void upToDate() {
    Instant now = clock.instant();
    Followed before = readable;
    boolean goesOn = before != null && !before.until().plus(UNREADABLE).isBefore(now);
    readable = new Followed(goesOn ? before.since() : now, now);
    if (goesOn && before.since().isBefore(now.minus(SILENCE))) { // else silence says nothing
      workers.values().removeIf(heard -> heard.at().isBefore(now.minus(REMEMBERED)));
    }
  }

  /** How many workers are remembered, live or not. */
  int remembered() {
    return workers.size();
  }

  List<PoolView> live() {
    Instant since = clock.instant().minus(SILENCE);
    return workers.values().stream()
        .filter(heard -> heard.at().isAfter(since))
        .map(heard -> view(heard.status()))
        .sorted(Comparator.comparing(PoolView::resourceClass).thenComparing(PoolView::worker))
        .collect(Collectors.toUnmodifiableList());
  }

  /**
   * Whether some live worker offers what a task needs; one that is stopping does not, but is named
   * where no other does. Silence says nothing while the topic cannot be read, nor as long
   * afterwards as workers may be silent.
   */
  PoolWatch.Sight sight(PoolWatch.Need need) {
    Instant now = clock.instant();
    Instant since = now.minus(SILENCE);
    List<Heard> ofLane =
        workers.values().stream()
            .filter(heard -> TopicNames.lane(heard.status()).equals(need.lane()))
            .toList();
    List<Heard> serving = ofLane.stream().filter(heard -> !heard.status().getStopping()).toList();
    List<Heard> able = serving.stream().filter(heard -> isAble(heard, need)).toList();
    if (able.stream().anyMatch(heard -> heard.at().isAfter(since))) {
      return PoolWatch.Sight.PRESENT;
    }
    Followed known = readable;
    if (known == null || known.until().plus(UNREADABLE).isBefore(now)) {
      return PoolWatch.Sight.UNKNOWN;
    }
    boolean silenceCounts = !known.since().isAfter(since);
    List<String> stopping =
        ofLane.stream()
            .filter(heard -> heard.status().getStopping())
            .filter(heard -> !silenceCounts || heard.at().isAfter(since))
            .map(heard -> heard.status().getWorker())
            .sorted()
            .toList();
    List<WorkerStatus> live =
        serving.stream()
            .filter(heard -> heard.at().isAfter(since))
            .map(Heard::status)
            .sorted(Comparator.comparing(WorkerStatus::getWorker))
            .toList();
    if (!live.isEmpty() && (able.isEmpty() || silenceCounts)) {
      return lacking(need, live).before(stopping);
    }
    // Who never said anything, or said goodbye, is not silent.
    return serving.isEmpty() || silenceCounts
        ? PoolWatch.Sight.GONE.before(stopping)
        : PoolWatch.Sight.UNKNOWN;
  }

  private static boolean isAble(Heard heard, PoolWatch.Need need) {
    return hasHandler(heard.status(), need) && hasMemory(heard.status(), need);
  }

  private static boolean hasHandler(WorkerStatus status, PoolWatch.Need need) {
    return need.handler() == null || status.getHandlers().contains(need.handler());
  }

  private static boolean hasMemory(WorkerStatus status, PoolWatch.Need need) {
    long most = status.getTaskMemoryMaxBytes();
    return most == 0 || need.memory() <= most;
  }

  private static PoolWatch.Sight lacking(PoolWatch.Need need, List<WorkerStatus> live) {
    List<String> tooSmall =
        live.stream()
            .filter(status -> hasHandler(status, need) && !hasMemory(status, need))
            .map(it -> it.getWorker() + " (" + ByteSize.text(it.getTaskMemoryMaxBytes()) + ")")
            .toList();
    return tooSmall.isEmpty()
        ? PoolWatch.Sight.lacking(need, live.stream().map(WorkerStatus::getWorker).toList())
        : PoolWatch.Sight.tooLarge(need, tooSmall);
  }

  /** What the live workers of a lane that take tasks offer; others may work it unannounced. */
  Offer offer(String lane) {
    Instant since = clock.instant().minus(SILENCE);
    int slots = 0;
    int busy = 0;
    for (Heard heard : workers.values()) {
      WorkerStatus status = heard.status();
      if (heard.at().isAfter(since)
          && !status.getStopping()
          && TopicNames.lane(status).equals(lane)) {
        slots += status.getSlots();
        busy += status.getBusy();
      }
    }
    if (slots > 0) {
      return new Offer(slots, busy < slots);
    }
    PoolWatch.Sight sight = sight(new PoolWatch.Need(lane, null));
    return sight.presence() == PoolWatch.Presence.GONE && isDeserted(lane)
        ? Offer.UNCOUNTED
        : Offer.UNKNOWN;
  }

  // Who is stopping is about to be followed by another, most often.
  private boolean isDeserted(String lane) {
    Instant last = lanes.get(lane);
    return last == null || !last.isAfter(clock.instant().minus(DESERTED));
  }

  /** The handlers that were heard of lately, by lane. */
  Map<String, Set<String>> handlers() {
    Instant since = clock.instant().minus(HANDLERS_KEPT);
    offers.values().removeIf(at -> at.isBefore(since));
    Map<String, Set<String>> byLane = new TreeMap<>();
    for (Offered offer : offers.keySet()) {
      byLane.computeIfAbsent(offer.lane(), lane -> new TreeSet<>()).add(offer.handler());
    }
    return byLane;
  }

  /** How many tasks of a lane end in a second, as of late; empty if none did. */
  OptionalDouble endedPerSecond(String lane) {
    return rates.perSecond(lane, clock.instant());
  }

  Set<String> classes() {
    return Set.copyOf(classes);
  }

  /** The lanes that a worker was ever heard of. */
  Set<String> lanes() {
    return Set.copyOf(lanes.keySet());
  }

  // What was put off comes back, so it has not ended.
  private static long ended(WorkerStatus status) {
    return status.getSucceeded() + status.getFailed() + status.getStopped() + status.getSkipped();
  }

  private static PoolView view(WorkerStatus status) {
    return new PoolView(
        status.getWorker(),
        status.getPool(),
        status.getResourceClass(),
        status.getLauncher(),
        status.getHost(),
        status.getPid(),
        status.getVersion(),
        status.getSlots(),
        status.getBusy(),
        status.getHandlers(),
        status.getIsolation(),
        status.getMemoryUsedBytes(),
        status.getMemoryMaxBytes(),
        status.getSucceeded(),
        status.getFailed(),
        status.getStopped(),
        status.getSkipped(),
        status.getStartedAt(),
        status.getHeartbeatAt(),
        status.getStopping(),
        status.getBreakers(),
        status.getDeferred(),
        status.getMemoryPeakBytes(),
        Map.copyOf(status.getLabels()),
        status.getTaskMemoryMaxBytes(),
        status.getWaiting(),
        Map.copyOf(status.getGuards()),
        status.getLimitedBy());
  }
}
