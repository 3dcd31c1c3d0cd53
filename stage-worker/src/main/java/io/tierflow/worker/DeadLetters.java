package io.tierflow.worker;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.RawRecord;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.topics.TopicNames;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Sets aside, as they were, the records that are no tasks. Thread-safe. */
final class DeadLetters {

  private final RecordSender sender;
  private final TopicNames topics;
  private final WorkerClock clock;

  DeadLetters(RecordSender sender, TopicNames topics, WorkerClock clock) {
    this.sender = sender;
    this.topics = topics;
    this.clock = clock;
  }

  CompletableFuture<Void> undecodable(
      ConsumerRecord<byte[], byte[]> record, UndecodableException cause) {
    Failure failure =
        Failure.of(
            FailureKind.UNDECODABLE,
            Failures.cut(
                record.topic()
                    + ", partition "
                    + record.partition()
                    + ", offset "
                    + record.offset()
                    + ": "
                    + cause.getMessage(),
                Failures.MAX_MESSAGE_BYTES));
    DeadLetter letter =
        new DeadLetter(
            null, // the run is unknown: only the key may name it, and it stays as it is
            clock.now(),
            ReplyPublisher.onWire(failure),
            null,
            List.of(),
            new RawRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                wrap(record.key()),
                wrap(record.value())));
    return sender.send(topics.deadLetters(), record.key(), letter);
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }
}
