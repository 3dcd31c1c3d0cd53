package io.tierflow.runner.engine;

import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.Failure;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.RawRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a record that a broker refuses for its size, though the engine found it small
 * enough: its topic was made, or changed, by somebody else with a lower limit. It goes to the dead
 * letters, and its run waits for what it would have led to; stopping would cost every run of the
 * partition, again at each start. Any other refusal stops the engine, which then reads the input
 * again. Thread-safe.
 */
public final class OversizedRecords implements ProductionExceptionHandler {

  /** The setting of Kafka Streams that holds the {@link Letters}. */
  static final String LETTERS = "tierflow.oversized.letters";

  private static final Logger LOG = LoggerFactory.getLogger(OversizedRecords.class);

  /** Sends a record and returns when Kafka has it. */
  @FunctionalInterface
  interface Sender {
    void send(String topic, byte[] key, SpecificRecord record);
  }

  /** What writing a dead letter takes; the topic is theirs. */
  record Letters(String topic, Sender sender, InstantSource clock) {}

  /** Partition and offset of a record that its topic never took. */
  private static final int NOWHERE = -1;

  private Letters letters;

  @Override
  public void configure(Map<String, ?> configs) {
    letters = (Letters) configs.get(LETTERS);
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    if (!(exception instanceof RecordTooLargeException)) {
      return Response.fail();
    }
    LOG.error(
        "topic {} refused a record of {} bytes: it is set aside and its run may stand still; raise"
            + " the topic's max.message.bytes",
        record.topic(),
        record.value() == null ? 0 : record.value().length,
        exception);
    // A letter about a letter would be refused, too.
    if (!record.topic().equals(letters.topic())) {
      // Not as a dead letter of Kafka Streams' own: that is sent by the thread that this runs on,
      // which waits for itself where the producer does not know the topic yet. If this fails, what
      // it throws stops the engine.
      letters.sender().send(letters.topic(), record.key(), letter(record, exception));
    }
    return Response.resume();
  }

  // What Kafka Streams says of the input may be about a later one: by now it has gone on.
  private DeadLetter letter(ProducerRecord<byte[], byte[]> record, Exception exception) {
    boolean fits = record.value() == null || record.value().length <= RecordLimits.MAX_RECORD_BYTES;
    return new DeadLetter(
        record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8),
        letters.clock().instant().truncatedTo(ChronoUnit.MILLIS),
        new Failure(
            FailureKind.HANDLER_ERROR,
            RecordLimits.message(
                "topic "
                    + record.topic()
                    + " refused this record for its size; raise its max.message.bytes"),
            exception.toString(),
            true,
            null,
            false,
            false),
        null,
        List.of(),
        new RawRecord(
            record.topic(),
            NOWHERE,
            (long) NOWHERE,
            record.key() == null ? null : ByteBuffer.wrap(record.key()),
            record.value() == null || !fits ? null : ByteBuffer.wrap(record.value())));
  }
}
