package io.tierflow.runner.engine;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a record that a broker refuses for its size, though the engine found it small
 * enough: its topic was made, or changed, by somebody else with a lower limit. Passing over it
 * costs its run, loudly; stopping would cost every run of the partition, again at each start. Any
 * other refusal stops the engine, which then reads the input again.
 */
public final class OversizedRecords implements ProductionExceptionHandler {

  private static final Logger LOG = LoggerFactory.getLogger(OversizedRecords.class);

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    if (!(exception instanceof RecordTooLargeException)) {
      return Response.fail();
    }
    LOG.error(
        "topic {} refused a record of {} bytes that {}-{}@{} caused: it is passed over and its run"
            + " may stand still; raise the topic's max.message.bytes",
        record.topic(),
        record.value() == null ? 0 : record.value().length,
        context.topic(),
        context.partition(),
        context.offset(),
        exception);
    return Response.resume();
  }

  @Override
  public void configure(Map<String, ?> configs) {
    // Nothing to be told.
  }
}
