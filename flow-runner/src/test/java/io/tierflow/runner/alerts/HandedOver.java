package io.tierflow.runner.alerts;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.schemas.RunEvents;
import io.tierflow.wire.SingleObjectCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;

/** What a target is given of an event log. */
public final class HandedOver {

  private static final String TOPIC = "events";
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

  private HandedOver() {}

  /** The alerts of a log: the identity of each, and when it rose. */
  public static List<String> of(List<RunEvents> log) throws InterruptedException {
    SingleObjectCodec codec = new SingleObjectCodec();
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    consumer.assign(List.of(PARTITION));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    for (int offset = 0; offset < log.size(); offset++) {
      byte[] value = codec.encode(TOPIC, log.get(offset));
      consumer.addRecord(new ConsumerRecord<>(TOPIC, 0, offset, new byte[0], value));
    }
    List<String> alerts = new ArrayList<>();
    AlertTarget target =
        new AlertTarget() {
          @Override
          public String name() {
            return "test";
          }

          @Override
          public void send(Alert alert) {
            alerts.add(alert.identity() + (alert.isRisen() ? " at " + alert.at() : ""));
          }
        };
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    new AlertFollower(
            consumer,
            codec,
            target,
            new AlertFollower.Meters(meters.counter("sent"), meters.counter("failed")),
            () -> Instant.EPOCH)
        .step();
    return alerts;
  }
}
