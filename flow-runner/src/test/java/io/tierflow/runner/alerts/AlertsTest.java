package io.tierflow.runner.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.client.ApiJson;
import io.tierflow.schemas.RunEvent;
import io.tierflow.schemas.RunEvents;
import io.tierflow.testkafka.KafkaTest;
import io.tierflow.testkafka.TestKafka;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.topics.TopicNames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the event log on a real broker to a real HTTP server. */
@KafkaTest
class AlertsTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final byte[] KEY = "r".getBytes(StandardCharsets.UTF_8);

  private final TopicNames topics = new TopicNames("alerts.");
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<JsonNode> accepted = new CopyOnWriteArrayList<>();
  private final List<String> keys = new CopyOnWriteArrayList<>();
  private final AtomicInteger refusals = new AtomicInteger(2);

  @Test
  void postsEachAlertOnceToAWebhookThatFailsTwiceAndGoesOnAfterARestart(@TempDir Path data)
      throws Exception {
    HttpServer webhook =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    webhook.createContext("/", this::take);
    webhook.start();
    try (TestKafka broker = TestKafka.start(data);
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      createTopic(broker);
      byte[] old = AlertRecords.flagged(topics.events(), "r0", "old");
      long hourAgo = InstantSource.system().millis() - Duration.ofHours(1).toMillis();
      producer.send(new ProducerRecord<>(topics.events(), 0, hourAgo, KEY, old)).get();
      producer.send(new ProducerRecord<>(topics.events(), 1, hourAgo, KEY, old)).get();
      URI url = URI.create("http://127.0.0.1:" + webhook.getAddress().getPort() + "/secret");
      Alerts first = start(broker, url);
      send(producer, AlertRecords.flagged(topics.events(), "r1", "a", "b"));
      send(producer, AlertRecords.flagged(topics.events(), "r1", "a", "b"));
      awaitAccepted(2);
      send(producer, AlertRecords.cleared(topics.events(), "r1", "a"));
      awaitAccepted(3);
      first.close();
      send(producer, AlertRecords.flagged(topics.events(), "r2", "a"));
      Alerts second = start(broker, url);
      awaitAccepted(4);
      await().atMost(LIMIT).until(() -> sentBy("log") == 4);
      second.close();
    } finally {
      webhook.stop(0);
    }
    assertThat(keys)
        .containsExactly(
            "r1/MISSING_FLAGGED/main/a#1",
            "r1/MISSING_FLAGGED/main/b#1",
            "r1/MISSING_CLEARED/main/a#1",
            "r2/MISSING_FLAGGED/main/a#1");
    assertThat(accepted.get(0))
        .isEqualTo(
            ApiJson.mapper()
                .readTree(
                    """
                    {"id": "MISSING_FLAGGED/main/a#1", "type": "MISSING_FLAGGED", "runId": "r1",
                     "flow": "weather", "reason": "NO_WORKERS", "pipeline": "main", "stage": "a",
                     "index": null, "class": "large", "launcher": null, "attempt": 1,
                     "at": "2026-11-24T10:00:00.123Z",
                     "expectation": null, "key": null, "message": null,
                     "dueAt": null, "detail": null}
                    """));
    assertThat(meters.find("tierflow.alerts.failed").counters())
        .anyMatch(counter -> counter.count() == 2);
    assertThat(meters.getMetersAsString()).doesNotContain("secret");
  }

  @Test
  void writesAKeySoThatAHeaderCanHoldIt() {
    assertThat(WebhookTarget.printable("r/p/ä b%#1")).isEqualTo("r/p/%C3%A4%20b%25#1");
  }

  @Test
  void aDueTimeIsOneAlertOfItsScheduleWhetherItHasARunOrNot() {
    Map<String, String> detail =
        Map.of("reason", "SCHEDULE_MISSED", "dueAt", "2026-11-24T09:00:00Z", "detail", "it failed");
    RunEvent event =
        RunEvent.newBuilder().setEventId("e").setType("MISSING_FLAGGED").setDetail(detail).build();
    assertThat(Alert.in(new RunEvents("", "f", 0, AlertRecords.AT, List.of(event), null, null)))
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.flow()).isEqualTo("f");
              assertThat(alert.runId()).isNull();
              assertThat(alert.dueAt()).isEqualTo(Instant.parse("2026-11-24T09:00:00Z"));
              assertThat(alert.detail()).isEqualTo("it failed");
              assertThat(alert.identity()).isEqualTo("schedule/f/e");
            });
    assertThat(Alert.in(new RunEvents("r", "f", 1, AlertRecords.AT, List.of(event), null, null)))
        .as("its late run says the same for itself")
        .isEmpty();
  }

  private void createTopic(TestKafka broker) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
      admin
          .createTopics(List.of(new NewTopic(topics.events(), Optional.of(2), Optional.empty())))
          .all()
          .get();
    }
  }

  private void awaitAccepted(int count) {
    await().atMost(LIMIT).until(() -> accepted.size() >= count);
  }

  private double sentBy(String target) {
    return meters.get("tierflow.alerts.sent").tag("target", target).counter().count();
  }

  private Alerts start(TestKafka broker, URI url) {
    return Alerts.start(
        Map.of("bootstrap.servers", broker.bootstrap()),
        new SingleObjectCodec(),
        topics,
        List.of(url),
        new Alerts.Sight(InstantSource.system(), meters));
  }

  private void send(KafkaProducer<byte[], byte[]> producer, byte[] value) throws Exception {
    producer.send(new ProducerRecord<>(topics.events(), KEY, value)).get();
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (refusals.getAndDecrement() > 0) {
      exchange.sendResponseHeaders(503, -1);
    } else {
      accepted.add(ApiJson.mapper().readTree(body));
      keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
      exchange.sendResponseHeaders(204, -1);
    }
    exchange.close();
  }
}
