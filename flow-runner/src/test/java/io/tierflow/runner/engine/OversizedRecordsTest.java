package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.schemas.DeadLetter;
import io.tierflow.wire.topics.TopicNames;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.ProductionExceptionHandler.Response;
import org.apache.kafka.streams.errors.ProductionExceptionHandler.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OversizedRecordsTest {

  private final Exception tooLarge = new RecordTooLargeException("over 1000 bytes");

  private final List<DeadLetter> sent = new ArrayList<>();
  private final TopicNames topics = new TopicNames("t.");
  private final OversizedRecords handler = new OversizedRecords();

  @BeforeEach
  void configure() {
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));
    handler.configure(
        Map.of(
            OversizedRecords.LETTERS,
            new OversizedRecords.Letters(
                topics.deadLetters(),
                (topic, key, record) -> sent.add((DeadLetter) record),
                clock)));
  }

  @Test
  void setsAsideWhatABrokerRefusesForItsSize() {
    Response response = handler.handleError(null, record(topics.tasks("small"), 2000), tooLarge);

    assertThat(response.result()).isEqualTo(Result.RESUME);
    assertThat(sent).hasSize(1);
    DeadLetter letter = sent.get(0);
    assertThat(letter.getRunId()).isEqualTo("r");
    assertThat(letter.getReason().getMessage()).contains("t.tasks.small", "max.message.bytes");
    assertThat(letter.getRecord().getTopic()).isEqualTo("t.tasks.small");
    assertThat(letter.getRecord().getValue()).isEqualTo(ByteBuffer.wrap(new byte[2000]));
  }

  @Test
  void writesNoLetterAboutALetter() {
    Response response = handler.handleError(null, record(topics.deadLetters(), 2000), tooLarge);
    assertThat(response.result()).isEqualTo(Result.RESUME);
    assertThat(sent).isEmpty();
  }

  @Test
  void stopsTheEngineForAnyOtherRefusal() {
    Exception other = new NotEnoughReplicasException("one of two");
    assertThat(handler.handleError(null, record(topics.tasks("small"), 10), other).result())
        .isEqualTo(Result.FAIL);
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, int size) {
    return new ProducerRecord<>(topic, "r".getBytes(StandardCharsets.UTF_8), new byte[size]);
  }
}
