package io.tierflow.runner.doctor;

import io.tierflow.flow.Flow;
import io.tierflow.flow.Pipeline;
import io.tierflow.flow.ResourceClass;
import io.tierflow.flow.Stage;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.runner.doctor.Facts.Need;
import io.tierflow.runner.doctor.Facts.Unread;
import io.tierflow.runner.doctor.Facts.Worker;
import io.tierflow.schemas.FlowVersion;
import io.tierflow.schemas.FlowVersions;
import io.tierflow.schemas.WorkerStatus;
import io.tierflow.wire.RegistryException;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.topics.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** What the topics of flows and of workers hold, read by one consumer without a group. */
final class ContentsLook {

  /** Longer than a worker is silent between two announcements. */
  private static final Duration LISTENING = Duration.ofSeconds(5);

  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final Duration POLL = Duration.ofMillis(100);

  private final Consumer<byte[], byte[]> consumer;
  private final TopicNames names;
  private final WireCodec codec;
  private final InstantSource clock;

  ContentsLook(
      Consumer<byte[], byte[]> consumer, TopicNames names, WireCodec codec, InstantSource clock) {
    this.consumer = consumer;
    this.names = names;
    this.codec = codec;
    this.clock = clock;
  }

  /** Reads both topics; the workers' goes on being read for 5 s, to hear who is there. */
  Facts.Contents look() {
    List<Unread> unread = new ArrayList<>();
    Look<List<Worker>> workers = attempt(names.workers(), () -> workers(unread));
    Look<List<Need>> needs = attempt(names.flows(), () -> needs(unread));
    return new Facts.Contents(workers, needs, unread);
  }

  private static <T> Look<T> attempt(String topic, Supplier<T> reading) {
    try {
      return Look.seen(reading.get());
    } catch (RegistryException | KafkaException | IllegalStateException e) {
      return Look.failed("topic " + topic + ": " + e.getMessage());
    }
  }

  private record Heard(WorkerStatus status, Instant at, Optional<Duration> ahead) {}

  private List<Worker> workers(List<Unread> unread) {
    List<TopicPartition> partitions = assign(names.workers());
    if (partitions.isEmpty()) {
      return List.of();
    }
    Newest<Heard> heard = new Newest<>();
    for (ConsumerRecord<byte[], byte[]> record : toEnd(partitions)) {
      heard.add(record, this::earlier);
    }
    Instant until = clock.instant().plus(LISTENING);
    while (clock.instant().isBefore(until)) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        heard.add(record, this::justNow);
      }
    }
    unread.addAll(heard.unread());
    Instant now = clock.instant();
    return heard.values().stream().map(each -> worker(each, now)).toList();
  }

  private Heard earlier(ConsumerRecord<byte[], byte[]> record) throws UndecodableException {
    return new Heard(status(record), Instant.ofEpochMilli(record.timestamp()), Optional.empty());
  }

  private Heard justNow(ConsumerRecord<byte[], byte[]> record) throws UndecodableException {
    WorkerStatus status = status(record);
    Instant at = clock.instant();
    return new Heard(status, at, Optional.of(Duration.between(at, status.getHeartbeatAt())));
  }

  private WorkerStatus status(ConsumerRecord<byte[], byte[]> record) throws UndecodableException {
    return codec.decode(record.topic(), record.value(), WorkerStatus.class);
  }

  private static Worker worker(Heard heard, Instant now) {
    WorkerStatus status = heard.status();
    Duration silence = Duration.between(heard.at(), now);
    return new Worker(
        status.getWorker(),
        TopicNames.lane(status),
        status.getHost(),
        status.getVersion(),
        status.getSlots(),
        Set.copyOf(status.getHandlers()),
        heard.ahead().isPresent() || silence.isNegative() ? Duration.ZERO : silence,
        heard.ahead());
  }

  private List<Need> needs(List<Unread> unread) {
    Newest<List<Need>> flows = new Newest<>();
    for (ConsumerRecord<byte[], byte[]> record : toEnd(assign(names.flows()))) {
      flows.add(record, this::needs);
    }
    unread.addAll(flows.unread());
    return flows.values().stream().flatMap(List::stream).toList();
  }

  private List<Need> needs(ConsumerRecord<byte[], byte[]> record) throws UndecodableException {
    FlowVersions flow = codec.decode(record.topic(), record.value(), FlowVersions.class);
    FlowVersion newest = flow.getVersions().get(flow.getVersions().size() - 1);
    String source = "flow " + flow.getName() + "@" + newest.getVersion();
    Flow read = FlowReader.read(source, newest.getDefinition(), Catalog.UNCHECKED);
    return read.pipelines().stream().flatMap(pipeline -> needs(read, pipeline)).toList();
  }

  private static Stream<Need> needs(Flow flow, Pipeline pipeline) {
    return pipeline
        .stages()
        .flatMap(
            stage ->
                Stream.concat(
                    Stream.of(need(flow, pipeline, stage, stage.resourceClass(), false)),
                    stage.onOutOfMemory().stream()
                        .map(tier -> need(flow, pipeline, stage, tier, true))));
  }

  private static Need need(
      Flow flow, Pipeline pipeline, Stage stage, ResourceClass tier, boolean climbed) {
    return new Need(
        flow.name(),
        pipeline.name() + "/" + stage.name(),
        stage.launcher().lane(tier.name()),
        stage.handler(),
        climbed);
  }

  /** The topic's partitions, from their beginning; none where it does not exist. */
  private List<TopicPartition> assign(String topic) {
    List<TopicPartition> partitions =
        consumer.listTopics(LIMIT).getOrDefault(topic, List.of()).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return partitions;
  }

  /** All that is there now. */
  private List<ConsumerRecord<byte[], byte[]>> toEnd(List<TopicPartition> partitions) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, LIMIT);
    Instant until = clock.instant().plus(LIMIT);
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      consumer.poll(POLL).forEach(records::add);
      if (clock.instant().isAfter(until)) {
        throw new IllegalStateException("not read to its end within " + LIMIT.toSeconds() + " s");
      }
    }
    return records;
  }
}
