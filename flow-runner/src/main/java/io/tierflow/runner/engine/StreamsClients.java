package io.tierflow.runner.engine;

import io.tierflow.wire.topics.TopicNames;
import io.tierflow.wire.topics.TopicSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * The Kafka clients of Kafka Streams: the usual ones, but for each stream thread's producer, which
 * has two lanes, and its consumer, which tells the producer how much there is to do and which
 * partitions are the thread's. Thread-safe.
 */
final class StreamsClients implements KafkaClientSupplier {

  /** How long state gathers. Nobody waits for it but a commit, which does not let it wait. */
  private static final int GATHER_MILLIS = 50;

  /** Room for what gathers in one partition: a full batch would leave early. */
  private static final int GATHER_BYTES = 256 << 10;

  private static final String CHANGELOG = "-changelog"; // how Kafka Streams names them

  private final TopicNames topics;
  private final InstantSource clock;
  private final Map<String, Lanes> lanes = new ConcurrentHashMap<>(); // by stream thread

  private record Lanes(Burst burst, StateWriters state) {}

  StreamsClients(TopicNames topics, InstantSource clock) {
    this.topics = topics;
    this.clock = clock;
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    lanes.values().removeIf(each -> each.state().isLost()); // of threads that died of it
    Burst burst = new Burst(clock);
    StateWriters state =
        new StateWriters(
            partition -> producer(writing(config, partition)),
            TopicSettings.MAX_DEAD_LETTER_BYTES,
            clock::millis);
    lanes.put(threadOf(config), new Lanes(burst, state));
    return new TwoLaneProducer(producer(config), state, topic -> topic.endsWith(CHANGELOG), burst);
  }

  private Map<String, Object> writing(Map<String, Object> config, int partition) {
    Map<String, Object> gathering = new HashMap<>(config);
    gathering.merge(
        CommonClientConfigs.CLIENT_ID_CONFIG, "-state-" + partition, (id, lane) -> "" + id + lane);
    gathering.put(
        ProducerConfig.TRANSACTIONAL_ID_CONFIG, topics.runnerGroup() + "-state-" + partition);
    gathering.put(ProducerConfig.LINGER_MS_CONFIG, GATHER_MILLIS);
    gathering.put(ProducerConfig.BATCH_SIZE_CONFIG, GATHER_BYTES);
    return gathering;
  }

  /** Whether the local stores have nothing that their changelogs lack. */
  boolean stateIsWhole() {
    return lanes.values().stream().noneMatch(each -> each.state().isLost());
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new MainConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  /** A stream thread polls again once it has worked through what the last poll gave. */
  private final class MainConsumer extends KafkaConsumer<byte[], byte[]> {
    private final String thread;

    MainConsumer(Map<String, Object> config) {
      super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      this.thread = threadOf(config);
    }

    @Override
    public void subscribe(Collection<String> names, ConsumerRebalanceListener listener) {
      super.subscribe(names, new Owning(lanes(), listener));
    }

    @Override
    public void subscribe(Pattern names, ConsumerRebalanceListener listener) {
      super.subscribe(names, new Owning(lanes(), listener));
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      Lanes lanes = lanes();
      lanes.state().requireWhole();
      lanes.burst().release();
      long open = lanes.state().commitWhatIsDue();
      ConsumerRecords<byte[], byte[]> records =
          super.poll(Duration.ofMillis(Math.min(timeout.toMillis(), open)));
      lanes.state().requireWhole();
      lanes.burst().begin(records.count());
      return records;
    }

    private Lanes lanes() {
      return Optional.ofNullable(lanes.get(thread))
          .orElseThrow(
              () ->
                  new IllegalStateException(thread + " has no producer of its own, expected one"));
    }
  }

  /** Sees to it that the state of a partition is this thread's before it is restored. */
  private final class Owning implements ConsumerRebalanceListener {
    private final StateWriters state;
    private final ConsumerRebalanceListener listener;

    Owning(Lanes lanes, ConsumerRebalanceListener listener) {
      this.state = lanes.state();
      this.listener = listener;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
      partitions(assigned).forEach(state::own);
      listener.onPartitionsAssigned(assigned);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
      listener.onPartitionsRevoked(revoked);
      partitions(revoked).forEach(state::handOver);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> taken) {
      partitions(taken).forEach(state::lose);
      listener.onPartitionsLost(taken);
    }

    // The state of a partition goes with the commands of the same number.
    private IntStream partitions(Collection<TopicPartition> all) {
      return all.stream()
          .filter(partition -> partition.topic().equals(topics.commands()))
          .mapToInt(TopicPartition::partition);
    }
  }

  // A client's id is its stream thread's name and, after a hyphen, what it is.
  private static String threadOf(Map<String, Object> config) {
    String client = String.valueOf(config.get(CommonClientConfigs.CLIENT_ID_CONFIG));
    return client.substring(0, client.lastIndexOf('-'));
  }

  private static Producer<byte[], byte[]> producer(Map<String, Object> config) {
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
