package io.tierflow.runner.engine;

import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.Failure;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.RawRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Sets a record aside among the dead letters, as it was, with the reason. Thread-safe. */
record SetAside(EngineParts parts) {

  Effects of(RecordMetadata from, Record<byte[], byte[]> record, FailureKind kind, Exception why) {
    String topic = parts.topics().deadLetters();
    String runId = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
    DeadLetter letter =
        new DeadLetter(
            runId,
            parts.now(),
            new Failure(
                kind,
                RecordLimits.message(why.getMessage()),
                why.getClass().getName(),
                true,
                null,
                false,
                false),
            null,
            List.of(),
            new RawRecord(
                from.topic(),
                from.partition(),
                from.offset(),
                record.key() == null ? null : ByteBuffer.wrap(record.key()),
                record.value() == null ? null : ByteBuffer.wrap(record.value())));
    byte[] bytes = parts.codec().encode(topic, letter);
    if (bytes.length > RecordLimits.MAX_LARGE_RECORD_BYTES) {
      letter = withoutValue(letter); // it stays where it came from, at the offset named here
      bytes = parts.codec().encode(topic, letter);
    }
    Outgoing aside = new Outgoing(topic, bytes);
    return send -> {
      send.accept(aside);
      parts.meters().undecodable();
    };
  }

  private static DeadLetter withoutValue(DeadLetter letter) {
    return DeadLetter.newBuilder(letter)
        .setRecord(RawRecord.newBuilder(letter.getRecord()).setValue(null).build())
        .build();
  }
}
