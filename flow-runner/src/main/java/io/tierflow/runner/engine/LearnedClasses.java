package io.tierflow.runner.engine;

import io.tierflow.client.LearnedClassView;
import io.tierflow.machine.Escalations;
import io.tierflow.machine.Event;
import io.tierflow.machine.Plan;
import io.tierflow.runner.LearnedTiers;
import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.schemas.LearnedClass;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.topics.TopicNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which stages ran out of memory lately, and where they went: the next runs begin there. Every
 * runner follows the same small topic, so it does not matter which one submits a run and which one
 * saw the failure. Thread-safe.
 */
final class LearnedClasses implements TopicView.Reader, LearnedTiers {

  /** After this long a run tries the flow's own class again: data and programs change. */
  static final Duration KEPT = Duration.ofDays(7);

  private static final Logger LOG = LoggerFactory.getLogger(LearnedClasses.class);

  private final WireCodec codec;
  private final TopicNames topics;
  private final Tombstones tombstones;
  private final InstantSource clock;
  // By flow/pipeline/stage; no name has a slash.
  private final ConcurrentNavigableMap<String, LearnedClass> byStage =
      new ConcurrentSkipListMap<>();

  /** Sends a record without a value: what is of its key is forgotten everywhere. */
  @FunctionalInterface
  interface Tombstones {
    void send(String topic, byte[] key);
  }

  LearnedClasses(WireCodec codec, TopicNames topics, Tombstones tombstones, InstantSource clock) {
    this.codec = codec;
    this.topics = topics;
    this.tombstones = tombstones;
    this.clock = clock;
  }

  @Override
  public void read(String stage, ConsumerRecord<byte[], byte[]> record, boolean live)
      throws UndecodableException {
    if (record.value() == null) {
      byStage.remove(stage);
    } else {
      byStage.put(stage, codec.decode(record.topic(), record.value(), LearnedClass.class));
    }
  }

  /**
   * What has expired goes from the topic too, so that it holds no more than what counts. Every
   * runner sees to it: what one tells of twice is forgotten all the same.
   */
  @Override
  public void upToDate() {
    for (Map.Entry<String, LearnedClass> each : byStage.entrySet()) {
      if (!counts(each.getValue())) {
        try {
          tombstones.send(topics.learned(), each.getKey().getBytes(StandardCharsets.UTF_8));
          byStage.remove(each.getKey(), each.getValue());
        } catch (UnavailableException e) { // all that has expired counts for nothing meanwhile
          LOG.debug("what was learned of {} cannot be forgotten now", each.getKey(), e);
          return; // the others would wait as long
        }
      }
    }
  }

  /** By {@code pipeline/stage}: the class that a flow's next run begins it on. */
  Map<String, String> classes(String flow) {
    return known(flow).stream()
        .collect(
            Collectors.toUnmodifiableMap(
                known -> known.getPipeline() + '/' + known.getStage(),
                LearnedClass::getResourceClass));
  }

  /** What is to be remembered of a step up; empty if it teaches nothing, or less than is known. */
  Optional<Outgoing> after(Plan plan, Event.TaskEscalated step, Instant now) {
    if (!Escalations.teaches(plan, step)) {
      return Optional.empty();
    }
    String flow = plan.flow().name();
    String key = flow + '/' + step.task();
    LearnedClass known = byStage.get(key);
    if (known != null
        && counts(known)
        && plan.isLarger(step.task(), known.getResourceClass(), step.to())) {
      return Optional.empty();
    }
    LearnedClass learned =
        new LearnedClass(
            flow, step.task().pipeline(), step.task().stage(), step.to(), step.from(), now);
    return Optional.of(
        new Outgoing(
            topics.learned(),
            key.getBytes(StandardCharsets.UTF_8),
            codec.encode(topics.learned(), learned)));
  }

  @Override
  public List<LearnedClassView> of(String flow) {
    return known(flow).stream()
        .map(
            known ->
                new LearnedClassView(
                    known.getPipeline(),
                    known.getStage(),
                    known.getResourceClass(),
                    known.getRanOutOn(),
                    known.getLearnedAt(),
                    known.getLearnedAt().plus(KEPT)))
        .toList();
  }

  @Override
  public List<LearnedClassView> forget(String flow, Optional<String> stage) {
    List<LearnedClassView> meant =
        of(flow).stream()
            .filter(
                known ->
                    stage
                        .filter(name -> !name.equals(known.pipeline() + '/' + known.stage()))
                        .isEmpty())
            .toList();
    for (LearnedClassView known : meant) {
      String key = flow + '/' + known.pipeline() + '/' + known.stage();
      tombstones.send(topics.learned(), key.getBytes(StandardCharsets.UTF_8));
      byStage.remove(key); // the topic says so too, a moment later
    }
    return meant;
  }

  private Collection<LearnedClass> known(String flow) {
    return byStage.subMap(flow + '/', flow + (char) ('/' + 1)).values().stream()
        .filter(this::counts)
        .toList();
  }

  private boolean counts(LearnedClass known) {
    return known.getLearnedAt().plus(KEPT).isAfter(clock.instant());
  }
}
