package io.tierflow.runner.engine;

import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.schemas.Command;
import io.tierflow.wire.WireCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Puts commands into Kafka and waits until they are there. Thread-safe. */
final class CommandSender implements AutoCloseable {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

  private final KafkaProducer<byte[], byte[]> producer;
  private final WireCodec codec;
  private final String topic;

  CommandSender(Map<String, Object> kafka, WireCodec codec, String topic) {
    this.producer =
        new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer());
    this.codec = codec;
    this.topic = topic;
  }

  /**
   * Sends a command.
   *
   * @throws UnavailableException if Kafka did not confirm it within 10 s; it may be there all the
   *     same, which is why commands may be repeated
   */
  void send(Command command) {
    send(topic, command.getKey().getBytes(StandardCharsets.UTF_8), command);
  }

  /** Sends any record, as {@link #send(Command)} does. */
  void send(String to, byte[] key, SpecificRecord record) {
    send(new ProducerRecord<>(to, key, codec.encode(to, record)));
  }

  /** Lets a compacted topic forget what it has of a key, as {@link #send(Command)} sends. */
  void forget(String in, byte[] key) {
    send(new ProducerRecord<>(in, key, null));
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    try {
      producer.send(record).get();
    } catch (ExecutionException | KafkaException e) {
      throw new UnavailableException(
          "Kafka did not take a record for topic " + record.topic() + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while sending a command", e);
    }
  }

  /** Gives what is under way 3 s; who sent it learns that it may or may not be there. */
  @Override
  public void close() {
    producer.close(CLOSE_LIMIT);
  }
}
