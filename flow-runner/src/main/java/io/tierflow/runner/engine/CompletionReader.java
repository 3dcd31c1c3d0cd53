package io.tierflow.runner.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tierflow.client.ApiJson;
import io.tierflow.runner.expect.CompletionBody;
import io.tierflow.runner.expect.InvalidBodyException;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.FailureKind;
import io.tierflow.wire.RegistryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads reports of work that was started elsewhere, JSON from whoever has a producer, and hands
 * each on as a command to where its expectation is decided. What cannot be read goes to the dead
 * letters. One stream thread owns it.
 */
final class CompletionReader implements Processor<byte[], byte[], byte[], Outgoing> {

  private static final Logger LOG = LoggerFactory.getLogger(CompletionReader.class);
  private static final ObjectMapper STRICT =
      ApiJson.mapper()
          .rebuild()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final EngineParts parts;
  private ProcessorContext<byte[], Outgoing> context;

  CompletionReader(EngineParts parts) {
    this.parts = parts;
  }

  @Override
  public void init(ProcessorContext<byte[], Outgoing> processorContext) {
    context = processorContext;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata from = context.recordMetadata().orElseThrow();
    long time = parts.clock().millis();
    effects(from, record)
        .carryOut(
            outgoing -> {
              byte[] key = outgoing.key() == null ? record.key() : outgoing.key();
              context.forward(new Record<>(key, outgoing, time));
            });
  }

  private Effects effects(RecordMetadata from, Record<byte[], byte[]> record) {
    try {
      Outgoing command = Outgoing.command(parts.codec(), parts.topics(), command(from, record));
      return send -> send.accept(command);
    } catch (InvalidBodyException | IOException e) {
      return new SetAside(parts).of(from, record, FailureKind.UNDECODABLE, e);
    } catch (RegistryException | KafkaException e) {
      throw e; // a schema is out of reach: stop, and read this record again
    } catch (RuntimeException e) {
      // A bug. One record must not stop every runner that takes the partition.
      LOG.error(
          "{}-{}@{} could not be handed on", from.topic(), from.partition(), from.offset(), e);
      return new SetAside(parts).of(from, record, FailureKind.HANDLER_ERROR, e);
    }
  }

  private Command command(RecordMetadata from, Record<byte[], byte[]> record) throws IOException {
    String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
    CompletionBody.Named named =
        CompletionBody.ofRecord(
            record.value() == null ? MissingNode.getInstance() : read(record.value()), key);
    String source = from.topic() + "-" + from.partition() + "@" + from.offset();
    Instant sent = Instant.ofEpochMilli(record.timestamp());
    return new Command(
        named.name(),
        named.body().id().orElse(source),
        parts.now(),
        ExpectRecords.report(named.body(), named.body().at().orElse(sent), source));
  }

  private static JsonNode read(byte[] value) throws IOException {
    try {
      return STRICT.readTree(value);
    } catch (JsonProcessingException e) {
      throw new IOException("expected one JSON object, found: " + e.getOriginalMessage(), e);
    }
  }
}
