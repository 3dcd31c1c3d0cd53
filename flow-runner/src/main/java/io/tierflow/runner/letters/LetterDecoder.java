package io.tierflow.runner.letters;

import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.Failure;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.RawRecord;
import io.tierflow.wire.RegistryException;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Makes letters of the topic's records. Thread-safe. */
final class LetterDecoder {

  private final WireCodec codec;

  LetterDecoder(WireCodec codec) {
    this.codec = codec;
  }

  /**
   * The letter of a record, in the schema that it was written in. A record that is no letter is
   * shown as an undecodable one: nothing in the topic may be hidden from its readers.
   *
   * @throws UnavailableException if the schema registry does not answer
   */
  Letter decode(ConsumerRecord<byte[], byte[]> record) {
    return new Letter(
        record.partition(),
        record.offset(),
        content(record),
        Math.max(record.serializedValueSize(), 0));
  }

  private DeadLetter content(ConsumerRecord<byte[], byte[]> record) {
    try {
      return codec.decode(record.topic(), record.value(), DeadLetter.class);
    } catch (UndecodableException e) {
      return undecodable(record, e);
    } catch (RegistryException e) {
      throw new UnavailableException("a dead letter's schema is not to be had: " + e, e);
    }
  }

  private static DeadLetter undecodable(
      ConsumerRecord<byte[], byte[]> record, UndecodableException why) {
    return new DeadLetter(
        record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8),
        Instant.ofEpochMilli(record.timestamp()),
        new Failure(FailureKind.UNDECODABLE, why.getMessage(), null, true, null, false, false),
        null,
        List.of(),
        new RawRecord(
            record.topic(),
            record.partition(),
            record.offset(),
            record.key() == null ? null : ByteBuffer.wrap(record.key()),
            record.value() == null ? null : ByteBuffer.wrap(record.value())));
  }
}
