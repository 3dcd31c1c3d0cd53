package io.tierflow.worker;

import io.tierflow.wire.WireCodec;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Encodes values and sends them; the future completes once the brokers have it. Thread-safe. */
final class RecordSender {

  private final Producer<byte[], byte[]> producer;
  private final WireCodec codec;

  RecordSender(Producer<byte[], byte[]> producer, WireCodec codec) {
    this.producer = producer;
    this.codec = codec;
  }

  CompletableFuture<Void> send(String topic, String key, SpecificRecord value) {
    return send(topic, key.getBytes(StandardCharsets.UTF_8), value);
  }

  /** Sends with the key's bytes, which may be null; with a null value, a tombstone. */
  CompletableFuture<Void> send(String topic, byte[] key, SpecificRecord value) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    try {
      byte[] bytes = value == null ? null : codec.encode(topic, value);
      var unused =
          producer.send(
              new ProducerRecord<>(topic, key, bytes),
              (metadata, error) -> {
                if (error == null) {
                  sent.complete(null);
                } else {
                  sent.completeExceptionally(error);
                }
              });
    } catch (RuntimeException e) { // the caller learns of every failure in the same place
      sent.completeExceptionally(e);
    }
    return sent;
  }
}
