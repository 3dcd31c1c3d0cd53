package io.tierflow.runner.letters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierflow.runner.letters.LetterSource.LetterPage;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.FailureKind;
import io.tierflow.testkafka.KafkaTest;
import io.tierflow.testkafka.TestKafka;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.WireCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Reading on a real broker: four partitions, letters of several kinds and flows, and garbage. */
@KafkaTest
class LetterTopicTest {

  private static final List<FailureKind> KINDS =
      List.of(
          FailureKind.HANDLER_ERROR,
          FailureKind.INVALID_INPUT,
          FailureKind.TIMED_OUT,
          FailureKind.OUT_OF_MEMORY,
          FailureKind.WORKER_LOST);
  private static final List<String> FLOWS = List.of("weather", "flights", "trains");

  @TempDir private static Path brokerData;
  private static TestKafka broker;

  private final WireCodec codec = new SingleObjectCodec();
  private String topic;
  private final List<Future<RecordMetadata>> sending = new ArrayList<>();
  private KafkaProducer<byte[], byte[]> producer;
  private LetterTopic letters;

  @BeforeAll
  static void startBroker() {
    broker = TestKafka.start(brokerData);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void createTopic(TestInfo test) throws Exception {
    topic = test.getTestMethod().orElseThrow().getName();
    try (Admin admin = Admin.create(settings())) {
      admin.createTopics(List.of(new NewTopic(topic, 4, (short) 1))).all().get();
    }
    // One at a time: the first sends to a new topic may be refused, and must not be overtaken.
    Map<String, Object> oneAtATime =
        Map.of("bootstrap.servers", broker.bootstrap(), "max.in.flight.requests.per.connection", 1);
    producer =
        new KafkaProducer<>(oneAtATime, new ByteArraySerializer(), new ByteArraySerializer());
    letters = new LetterTopic(settings(), topic, codec, InstantSource.system());
  }

  @AfterEach
  void close() {
    letters.close();
    producer.close();
  }

  @Test
  void readsAllPartitionsAsOneListOldestFirstInParts() throws Exception {
    for (int i = 0; i < 100; i++) {
      send(ALetter.of("r" + i).after(i));
    }

    List<Letter> all = all(Map.of(), 7);

    assertThat(all).hasSize(100);
    assertThat(all).extracting(Letter::runId).doesNotHaveDuplicates();
    assertThat(all).isSortedAccordingTo(Comparator.comparing(Letter::at));
    assertThat(all).extracting(Letter::partition).contains(0, 1, 2, 3);
  }

  @Test
  void choosesAmongAThousandByEachCriterion() throws Exception {
    for (int i = 0; i < 1000; i++) {
      send(
          ALetter.of("r" + i)
              .ofFlow(FLOWS.get(i % 3))
              .stage(i % 2 == 0 ? "main/fetch" : "side/store")
              .failed(KINDS.get(i % 5), "attempt of station " + i % 10)
              .after(i));
    }

    assertThat(all(Map.of(), 1000)).hasSize(1000);
    assertThat(all(Map.of("flow", "flights"), 100)).hasSize(333);
    assertThat(all(Map.of("stage", "fetch"), 100)).hasSize(500);
    assertThat(all(Map.of("stage", "side/store"), 100)).hasSize(500);
    assertThat(all(Map.of("error", "OUT_OF_MEMORY"), 100)).hasSize(200);
    assertThat(all(Map.of("message", "station [37]$"), 100)).hasSize(200);
    assertThat(all(Map.of("since", at(600)), 100)).hasSize(400);
    assertThat(all(Map.of("until", at(600)), 100)).hasSize(600);
    assertThat(all(Map.of("since", at(100), "until", at(103)), 100))
        .extracting(Letter::runId)
        .containsExactly("r100", "r101", "r102");
    assertThat(all(Map.of("runId", "r77"), 100)).hasSize(1);
    assertThat(all(Map.of("flow", "weather", "error", "TIMED_OUT", "since", at(500)), 100))
        .hasSize(33)
        .allMatch(letter -> letter.content().getTask().getFlow().equals("weather"));
    assertThat(all(Map.of("since", at(5000)), 100)).isEmpty();
  }

  @Test
  void showsRecordsThatNobodyCouldDecodeAndThoseThatAreNoLetters() throws Exception {
    send("r1", encoded(ALetter.undecodable("r1")), ALetter.START);
    send("r2", "no letter".getBytes(StandardCharsets.UTF_8), ALetter.START.plusSeconds(1));
    send(null, null, ALetter.START.plusSeconds(2));

    List<Letter> all = all(Map.of("error", "UNDECODABLE"), 10);

    assertThat(all).extracting(Letter::runId).containsExactly("r1", "r2", null);
    assertThat(all.get(0).content().getRecord().getTopic()).isEqualTo("tierflow.results");
    assertThat(all.get(1).content().getRecord().getTopic()).isEqualTo(topic);
    assertThat(LetterViews.of(all.get(1)).record().bytes()).isEqualTo("bm8gbGV0dGVy");
    assertThat(LetterViews.of(all.get(2)).record().bytes()).isNull();
  }

  @Test
  void findsALetterByItsIdAndNothingByAnother() throws Exception {
    send(ALetter.of("r1"));
    Letter only = all(Map.of(), 10).get(0);

    assertThat(letters.find(only.id())).map(Letter::runId).contains("r1");
    assertThat(letters.find(only.partition() + "-1")).isEmpty();
    assertThat(letters.find("9-0")).isEmpty();
    assertThat(letters.find("r1")).isEmpty();
  }

  @Test
  void endsWithWhatWasThereWhenTheListBegan() throws Exception {
    send(ALetter.of("r1"));
    send(ALetter.of("r2"));
    sent();
    LetterPage first = letters.read(LetterFilter.of(Map.of()), Optional.empty(), 1);
    send(ALetter.of("r3"));
    sent();

    LetterPage rest = letters.read(LetterFilter.of(Map.of()), first.nextCursor(), 10);

    assertThat(rest.letters()).hasSize(1);
    assertThat(rest.nextCursor()).isEmpty();
    assertThat(all(Map.of(), 10)).hasSize(3);
  }

  @Test
  void goesOnWhereLettersWereDeletedMeanwhile() throws Exception {
    for (int i = 0; i < 20; i++) {
      send("r1", encoded(ALetter.of("r1").after(i).content()), ALetter.START.plusSeconds(i));
    }
    sent();
    LetterPage first = letters.read(LetterFilter.of(Map.of()), Optional.empty(), 5);
    try (Admin admin = Admin.create(settings())) {
      TopicPartition place = new TopicPartition(topic, first.letters().get(0).partition());
      admin.deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(12))).all().get();
    }

    LetterPage rest = letters.read(LetterFilter.of(Map.of()), first.nextCursor(), 100);

    assertThat(rest.letters()).hasSize(8);
    assertThat(rest.nextCursor()).isEmpty();
  }

  @Test
  void refusesACursorOfAnotherTopic() {
    String cursor = LetterCursor.of(Map.of(7, new LetterCursor.Span(0, 1))).toString();

    assertThatThrownBy(() -> letters.read(LetterFilter.of(Map.of()), Optional.of(cursor), 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no partition 7");
  }

  @Test
  void takesTimesBeyondWhatKafkaKnows() throws Exception {
    send(ALetter.of("r1"));

    assertThat(all(Map.of("since", "-9999-01-01T00:00:00Z"), 10)).hasSize(1);
    assertThat(all(Map.of("until", "+999999999-01-01T00:00:00Z"), 10)).hasSize(1);
    assertThat(all(Map.of("since", "+999999999-01-01T00:00:00Z"), 10)).isEmpty();
  }

  private List<Letter> all(Map<String, String> criteria, int limit) throws Exception {
    sent();
    List<Letter> all = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    do {
      LetterPage page = letters.read(LetterFilter.of(criteria), cursor, limit);
      assertThat(page.letters()).hasSizeLessThanOrEqualTo(limit);
      all.addAll(page.letters());
      cursor = page.nextCursor();
    } while (cursor.isPresent());
    return all;
  }

  /** Everything that was sent so far is there. */
  private void sent() throws Exception {
    for (Future<RecordMetadata> each : sending) {
      each.get();
    }
    sending.clear();
  }

  private void send(ALetter letter) {
    send(letter.runId(), encoded(letter.content()), letter.at());
  }

  private void send(String key, byte[] value, Instant at) {
    byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    sending.add(
        producer.send(new ProducerRecord<>(topic, null, at.toEpochMilli(), keyBytes, value)));
  }

  private byte[] encoded(DeadLetter letter) {
    return codec.encode(topic, letter);
  }

  private static String at(int seconds) {
    return ALetter.START.plusSeconds(seconds).toString();
  }

  private static Map<String, Object> settings() {
    return Map.of("bootstrap.servers", broker.bootstrap());
  }
}
