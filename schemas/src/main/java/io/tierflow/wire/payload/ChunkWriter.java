package io.tierflow.wire.payload;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes payloads as chunks, all of one payload to one partition. Thread-safe. */
final class ChunkWriter implements AutoCloseable {

  /** Header of a chunk, for people who look into the topic: which chunk of which payload. */
  static final String CHUNK_HEADER = "tierflow-chunk";

  private final String topic;
  private final Producer<byte[], byte[]> producer;

  ChunkWriter(Map<String, ?> kafka, String topic, Duration timeout) {
    this.topic = topic;
    int millis = Math.toIntExact(timeout.toMillis());
    Map<String, Object> config = new HashMap<>(kafka);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
    this.producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  PayloadReference write(byte[] content, byte[] sha256) {
    try {
      int partitions = producer.partitionsFor(topic).size();
      int partition = Math.floorMod(Arrays.hashCode(sha256), partitions);
      List<Future<RecordMetadata>> sends =
          send(content, HexFormat.of().formatHex(sha256), partition);
      List<Long> offsets = new ArrayList<>(sends.size());
      for (Future<RecordMetadata> send : sends) {
        offsets.add(send.get().offset());
      }
      // Retries keep the order, so offsets ascend in the order of the chunks.
      return new PayloadReference(
          partition, offsets, content.length, HexFormat.of().formatHex(sha256));
    } catch (ExecutionException e) {
      throw failed(content, e.getCause());
    } catch (InterruptedException | InterruptException e) {
      Thread.currentThread().interrupt();
      throw failed(content, e);
    } catch (KafkaException e) {
      throw failed(content, e);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO); // whoever has returned from a write has its confirmation
  }

  private List<Future<RecordMetadata>> send(byte[] content, String sha256, int partition) {
    int chunks = PayloadReference.chunks(content.length);
    List<Future<RecordMetadata>> sends = new ArrayList<>(chunks);
    for (int chunk = 0; chunk < chunks; chunk++) {
      int from = chunk * PayloadReference.CHUNK_BYTES;
      int to = Math.min(content.length - from, PayloadReference.CHUNK_BYTES) + from;
      String label = (chunk + 1) + "/" + chunks + " " + sha256;
      Header header = new RecordHeader(CHUNK_HEADER, label.getBytes(StandardCharsets.US_ASCII));
      byte[] bytes = Arrays.copyOfRange(content, from, to);
      sends.add(
          producer.send(
              new ProducerRecord<>(topic, partition, null, null, bytes, List.of(header))));
    }
    return sends;
  }

  private PayloadException failed(byte[] content, Throwable cause) {
    return new PayloadException.Unavailable(
        "a payload of "
            + content.length
            + " bytes could not be stored in topic "
            + topic
            + ": "
            + cause.getMessage(),
        cause);
  }
}
