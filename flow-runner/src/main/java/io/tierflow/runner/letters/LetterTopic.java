package io.tierflow.runner.letters;

import io.tierflow.runner.letters.LetterCursor.Span;
import io.tierflow.wire.WireCodec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/** Reads dead letters straight from their topic. Thread-safe. */
public final class LetterTopic implements LetterSource, AutoCloseable {

  private static final Duration LONGEST_READ = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(200);

  /** A part of a list is about so large at most, whatever its limit: it is held in memory. */
  private static final int MAX_PAGE_BYTES = 8 * 1024 * 1024;

  /** How much later than a letter's own time its record may have been sent. */
  private static final Duration SENDING = Duration.ofMinutes(1);

  /** Later times than this do not fit into a record's milliseconds. */
  private static final Instant FAR_AWAY = Instant.parse("9999-12-31T23:59:59Z");

  private static final Pattern ID = Pattern.compile("(\\d{1,9})-(\\d{1,18})");

  private final LetterConsumers consumers;
  private final String topic;
  private final LetterDecoder decoder;
  private final InstantSource clock;

  /**
   * Nothing is read yet.
   *
   * @param kafka the settings of a consumer
   * @param clock bounds how long one read may take
   */
  public LetterTopic(
      Map<String, Object> kafka, String topic, WireCodec codec, InstantSource clock) {
    this.consumers = new LetterConsumers(kafka);
    this.topic = topic;
    this.decoder = new LetterDecoder(codec);
    this.clock = clock;
  }

  @Override
  public LetterPage read(LetterFilter filter, Optional<String> cursor, int limit) {
    Optional<LetterCursor> from = cursor.map(LetterCursor::parse);
    return consumers.with(
        consumer -> read(consumer, filter, from.orElseGet(() -> begin(consumer, filter)), limit));
  }

  @Override
  public Optional<Letter> find(String id) {
    Matcher place = ID.matcher(id);
    if (!place.matches()) {
      return Optional.empty();
    }
    int partition = Integer.parseInt(place.group(1));
    long offset = Long.parseLong(place.group(2));
    return consumers.with(consumer -> find(consumer, partition, offset));
  }

  @Override
  public long left(String cursor) {
    return LetterCursor.parse(cursor).left();
  }

  @Override
  public void close() {
    consumers.close();
  }

  private Optional<Letter> find(Consumer<byte[], byte[]> consumer, int partition, long offset) {
    TopicPartition place = new TopicPartition(topic, partition);
    List<TopicPartition> partitions = partitions(consumer);
    consumer.assign(partitions); // else Kafka warns of each answer below
    if (!partitions.contains(place)
        || offset < consumer.beginningOffsets(List.of(place)).get(place)
        || offset >= consumer.endOffsets(List.of(place)).get(place)) {
      return Optional.empty();
    }
    LetterCursor one = LetterCursor.of(Map.of(partition, new Span(offset, offset + 1)));
    return read(consumer, LetterFilter.of(Map.of()), one, 1).letters().stream().findFirst();
  }

  private LetterPage read(
      Consumer<byte[], byte[]> consumer, LetterFilter filter, LetterCursor from, int limit) {
    Instant giveUp = clock.instant().plus(LONGEST_READ);
    LetterMerge merge = new LetterMerge(from);
    assign(consumer, from);
    List<Letter> letters = new ArrayList<>();
    long bytes = 0;
    while (!merge.isDone() && letters.size() < limit && bytes < MAX_PAGE_BYTES) {
      Optional<Letter> next = merge.next();
      if (next.isPresent()) {
        letters.add(next.get());
        bytes += next.get().size();
      } else if (clock.instant().isAfter(giveUp)) {
        break;
      } else {
        step(consumer, filter, merge);
      }
    }
    return new LetterPage(
        letters,
        merge.isDone() ? Optional.empty() : Optional.of(merge.position()).map(Object::toString));
  }

  private void assign(Consumer<byte[], byte[]> consumer, LetterCursor from) {
    List<TopicPartition> known = partitions(consumer);
    Map<TopicPartition, Span> open = new HashMap<>();
    from.spans()
        .forEach(
            (partition, span) -> {
              TopicPartition place = new TopicPartition(topic, partition);
              if (!known.contains(place)) {
                throw new IllegalArgumentException(
                    "cursor '" + from + "': topic " + topic + " has no partition " + partition);
              }
              if (!span.isEmpty()) {
                open.put(place, span);
              }
            });
    consumer.assign(open.keySet());
    open.forEach((place, span) -> consumer.seek(place, span.next()));
  }

  private void step(Consumer<byte[], byte[]> consumer, LetterFilter filter, LetterMerge merge) {
    Map<Boolean, List<TopicPartition>> wanted =
        consumer.assignment().stream()
            .collect(Collectors.partitioningBy(place -> merge.wants(place.partition())));
    consumer.resume(wanted.get(true));
    consumer.pause(wanted.get(false));
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      Letter letter = decoder.decode(record);
      if (filter.accepts(letter)) {
        merge.add(letter);
      }
    }
    for (TopicPartition place : consumer.assignment()) {
      merge.readUpTo(place.partition(), consumer.position(place));
    }
  }

  /** Where a list begins and ends: a letter's record is never older than the letter itself. */
  private LetterCursor begin(Consumer<byte[], byte[]> consumer, LetterFilter filter) {
    List<TopicPartition> partitions = partitions(consumer);
    consumer.assign(partitions); // else Kafka warns of each answer below
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Function<TopicPartition, Long> start =
        filter
            .since()
            .map(time -> offsets(consumer, partitions, time, ends))
            .orElseGet(() -> consumer.beginningOffsets(partitions)::get);
    Function<TopicPartition, Long> end =
        filter
            .until()
            .map(time -> offsets(consumer, partitions, time.plus(SENDING), ends))
            .orElseGet(() -> ends::get);
    return LetterCursor.of(
        partitions.stream()
            .collect(
                Collectors.toMap(
                    TopicPartition::partition,
                    place -> new Span(start.apply(place), end.apply(place)))));
  }

  private static Function<TopicPartition, Long> offsets(
      Consumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions,
      Instant time,
      Map<TopicPartition, Long> ends) {
    Map<TopicPartition, OffsetAndTimestamp> found =
        consumer.offsetsForTimes(
            partitions.stream().collect(Collectors.toMap(place -> place, place -> millis(time))));
    return place ->
        Optional.ofNullable(found.get(place))
            .map(OffsetAndTimestamp::offset)
            .orElseGet(() -> ends.get(place));
  }

  private static long millis(Instant time) {
    return time.isBefore(Instant.EPOCH)
        ? 0
        : time.isAfter(FAR_AWAY) ? FAR_AWAY.toEpochMilli() : time.toEpochMilli();
  }

  private List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }
}
