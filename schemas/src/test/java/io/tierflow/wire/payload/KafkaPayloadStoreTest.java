package io.tierflow.wire.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierflow.schemas.Payload;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaPayloadStoreTest {

  private static final String TOPIC = KafkaPayloadStore.topic("test.");
  private static final int CHUNK = PayloadReference.CHUNK_BYTES;

  @TempDir static Path data;

  private static TestBroker broker;
  private static Map<String, Object> kafka;
  private static KafkaPayloadStore store;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new TestBroker(data);
    kafka = Map.of("bootstrap.servers", broker.bootstrap());
    create(TOPIC, 2);
    store = store(TOPIC, Duration.ofSeconds(30));
  }

  @AfterAll
  static void stopBroker() {
    store.close();
    broker.close();
  }

  @Test
  void givesBackPayloadsOfEverySize() {
    for (int size : new int[] {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK + 17}) {
      byte[] content = bytes(size, size);

      assertThat(store.get(store.put(content))).as("%d bytes", size).isEqualTo(content);
    }
  }

  @Test
  void anotherProcessReadsByTheReferenceAlone() {
    byte[] content = bytes(3 * CHUNK, 1);
    String reference = store.put(content);

    try (KafkaPayloadStore other = store(TOPIC, Duration.ofSeconds(30))) {
      assertThat(other.get(reference)).isEqualTo(content);
    }
  }

  @Test
  void keepsThreadsApart() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Boolean>> jobs = new ArrayList<>();
      for (int seed = 0; seed < 12; seed++) {
        byte[] content = bytes(2 * CHUNK + seed, seed);
        jobs.add(() -> Arrays.equals(content, store.get(store.put(content))));
      }
      for (Future<Boolean> same : threads.invokeAll(jobs)) {
        assertThat(same.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void largePayloadsTravelByReferenceAndSmallOnesInline() {
    Payloads payloads = new Payloads(store);
    byte[] small = bytes(Payloads.DEFAULT_INLINE_LIMIT, 2);
    byte[] large = bytes(Payloads.DEFAULT_INLINE_LIMIT + 1, 3);

    Payload inline = payloads.of("text/plain", small);
    Payload referred = payloads.of("text/plain", large);

    assertThat(inline.getReference()).isNull();
    assertThat(referred.getBytes()).isNull();
    assertThat(referred.getReference()).startsWith("kafka:").hasSizeLessThan(120);
    assertThat(referred.getSize()).isEqualTo(large.length);
    assertThat(payloads.bytes(inline)).isEqualTo(small);
    assertThat(payloads.bytes(inline)).as("a second time").isEqualTo(small);
    assertThat(payloads.bytes(referred)).isEqualTo(large);
  }

  @Test
  void saysThatChunksHaveExpired() throws Exception {
    create("expired", 1);
    try (KafkaPayloadStore expiring = store("expired", Duration.ofSeconds(30));
        Admin admin = Admin.create(kafka)) {
      String reference = expiring.put(bytes(3 * CHUNK, 4));
      String later = expiring.put(bytes(CHUNK, 5));
      admin
          .deleteRecords(Map.of(new TopicPartition("expired", 0), RecordsToDelete.beforeOffset(2)))
          .all()
          .get();

      assertThatThrownBy(() -> expiring.get(reference))
          .isInstanceOf(PayloadException.Lost.class)
          .hasMessageContaining(reference)
          .hasMessageContaining("topic expired no longer has its chunks");
      assertThat(expiring.get(later)).as("the reader goes on").isEqualTo(bytes(CHUNK, 5));
    }
  }

  @Test
  void noticesOtherBytesAtTheSamePlace() {
    PayloadReference one = PayloadReference.parse(store.put(bytes(CHUNK, 6)));
    String wrongSum =
        new PayloadReference(one.partition(), one.offsets(), CHUNK, "0".repeat(64)).toString();
    String wrongSize =
        new PayloadReference(one.partition(), one.offsets(), CHUNK - 1, one.sha256()).toString();

    assertThatThrownBy(() -> store.get(wrongSum))
        .isInstanceOf(PayloadException.Lost.class)
        .hasMessageContaining(wrongSum)
        .hasMessageContaining("holds other bytes");
    assertThatThrownBy(() -> store.get(wrongSize))
        .isInstanceOf(PayloadException.Lost.class)
        .hasMessageContaining("expected a chunk of 524287 bytes");
  }

  @Test
  void aMissingTopicIsAnErrorWithinTheTimeout() {
    try (KafkaPayloadStore absent = store("no-such-topic", Duration.ofSeconds(2))) {
      assertThatThrownBy(() -> absent.put(new byte[1]))
          .isInstanceOf(PayloadException.Unavailable.class)
          .hasMessageContaining("a payload of 1 bytes could not be stored in topic no-such-topic");
      String reference = "kafka:0:7:1:" + "0".repeat(64);
      assertThatThrownBy(() -> absent.get(reference))
          .isInstanceOf(PayloadException.Unavailable.class)
          .hasMessageContaining(reference);
    }
  }

  @Test
  void anInterruptedReaderSaysSoAndStaysInterrupted() {
    String reference = store.put(bytes(CHUNK, 8));
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> store.get(reference))
          .isInstanceOf(PayloadException.Unavailable.class)
          .hasMessageContaining("interrupted");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private static KafkaPayloadStore store(String topic, Duration timeout) {
    return new KafkaPayloadStore(kafka, topic, timeout, InstantSource.system());
  }

  private static void create(String topic, int partitions) throws Exception {
    try (Admin admin = Admin.create(kafka)) {
      admin
          .createTopics(
              List.of(KafkaPayloadStore.newTopic(topic, partitions, (short) 1, Duration.ofDays(7))))
          .all()
          .get();
    }
  }

  private static byte[] bytes(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
