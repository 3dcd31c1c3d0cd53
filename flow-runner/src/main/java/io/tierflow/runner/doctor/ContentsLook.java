package io.tierflow.runner.doctor;

import io.tierflow.flow.Flow;
import io.tierflow.flow.Pipeline;
import io.tierflow.flow.ResourceClass;
import io.tierflow.flow.Stage;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.flow.file.InvalidFlowException;
import io.tierflow.runner.doctor.Facts.Need;
import io.tierflow.runner.doctor.Facts.Worker;
import io.tierflow.schemas.FlowVersion;
import io.tierflow.schemas.FlowVersions;
import io.tierflow.schemas.WorkerStatus;
import io.tierflow.wire.RegistryException;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.topics.TopicNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    return new Facts.Contents(
        attempt(names.workers(), this::workers), attempt(names.flows(), this::needs));
  }

  /** Reads a topic. */
  private interface Reading<T> {
    T read() throws UndecodableException, InvalidFlowException;
  }

  private static <T> Look<T> attempt(String topic, Reading<T> reading) {
    try {
      return Look.seen(reading.read());
    } catch (UndecodableException
        | InvalidFlowException
        | RegistryException
        | KafkaException
        | IllegalStateException e) {
      return Look.failed("topic " + topic + ": " + e.getMessage());
    }
  }

  private record Heard(WorkerStatus status, Instant at, Optional<Duration> ahead) {}

  private List<Worker> workers() throws UndecodableException {
    Map<String, Heard> heard = new LinkedHashMap<>();
    List<TopicPartition> partitions = assign(names.workers());
    if (partitions.isEmpty()) {
      return List.of();
    }
    for (ConsumerRecord<byte[], byte[]> record : toEnd(partitions)) {
      keep(record, heard, Optional.empty());
    }
    Instant until = clock.instant().plus(LISTENING);
    while (clock.instant().isBefore(until)) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        keep(record, heard, Optional.of(clock.instant()));
      }
    }
    Instant now = clock.instant();
    return heard.values().stream().map(each -> worker(each, now)).toList();
  }

  private void keep(
      ConsumerRecord<byte[], byte[]> record, Map<String, Heard> heard, Optional<Instant> received)
      throws UndecodableException {
    String key = new String(record.key(), StandardCharsets.UTF_8);
    if (record.value() == null) {
      heard.remove(key);
      return;
    }
    WorkerStatus status = codec.decode(record.topic(), record.value(), WorkerStatus.class);
    heard.put(
        key,
        new Heard(
            status,
            received.orElseGet(() -> Instant.ofEpochMilli(record.timestamp())),
            received.map(at -> Duration.between(at, status.getHeartbeatAt()))));
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

  private List<Need> needs() throws UndecodableException, InvalidFlowException {
    Map<String, FlowVersions> flows = new LinkedHashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : toEnd(assign(names.flows()))) {
      String key = new String(record.key(), StandardCharsets.UTF_8);
      if (record.value() == null) {
        flows.remove(key);
      } else {
        flows.put(key, codec.decode(record.topic(), record.value(), FlowVersions.class));
      }
    }
    List<Need> needs = new ArrayList<>();
    for (FlowVersions flow : flows.values()) {
      FlowVersion newest = flow.getVersions().get(flow.getVersions().size() - 1);
      String source = "flow " + flow.getName() + "@" + newest.getVersion();
      Flow read = FlowReader.read(source, newest.getDefinition(), Catalog.UNCHECKED);
      read.pipelines().forEach(pipeline -> needs(read, pipeline).forEach(needs::add));
    }
    return needs;
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
