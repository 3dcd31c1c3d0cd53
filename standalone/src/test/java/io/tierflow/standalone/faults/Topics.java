package io.tierflow.standalone.faults;

import io.tierflow.schemas.DeadLetter;
import io.tierflow.testkafka.TopicContents;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Looks into the topics of a system, from the outside. */
public final class Topics {

  private final String bootstrap;
  private final SingleObjectCodec codec = new SingleObjectCodec();

  public Topics(String bootstrap) {
    this.bootstrap = bootstrap;
  }

  /** Puts a record as it is into a topic; says where it lies. */
  RecordMetadata put(String topic, byte[] key, byte[] value)
      throws ExecutionException, InterruptedException {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      return producer.send(new ProducerRecord<>(topic, key, value)).get();
    }
  }

  /** The bytes of a value of the contract. */
  byte[] encode(String topic, SpecificRecord value) {
    return codec.encode(topic, value);
  }

  /** Every value that a topic now has. */
  public <T extends SpecificRecord> List<T> values(String topic, Class<T> type) {
    List<T> values = new ArrayList<>();
    TopicContents.forEach(
        bootstrap,
        topic,
        record -> {
          try {
            values.add(codec.decode(topic, record.value(), type));
          } catch (UndecodableException e) {
            throw new AssertionError(topic + "@" + record.offset() + " cannot be decoded", e);
          }
        });
    return values;
  }

  /** The dead letters of one run, or of a record's key. */
  List<DeadLetter> deadLetters(String runId) {
    return values("tierflow.dead-letters", DeadLetter.class).stream()
        .filter(letter -> runId.equals(letter.getRunId()))
        .toList();
  }

  /** How many bytes of keys and values a topic has whose key begins with this text. */
  long bytesOf(String topic, String keyPrefix) {
    long[] bytes = new long[1];
    TopicContents.forEach(
        bootstrap,
        topic,
        record -> {
          if (new String(record.key(), StandardCharsets.ISO_8859_1).startsWith(keyPrefix)) {
            bytes[0] += record.serializedKeySize() + Math.max(0, record.serializedValueSize());
          }
        });
    return bytes[0];
  }
}
