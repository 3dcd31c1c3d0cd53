package io.tierflow.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierflow.schemas.StageTask;
import io.tierflow.wire.topics.TopicNames;
import io.tierflow.wire.topics.TopicType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.io.JsonEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Tierflow writes, Confluent's own client reads, and the reverse, through a real registry
 * server. It runs with {@code -Pregistry}.
 */
@EnabledIfSystemProperty(named = RegistryProcess.SERVER, matches = ".+")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConfluentClientTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int HEADER_BYTES = 5;

  @TempDir static Path folder;

  private static RegistryProcess server;

  private final ConfluentClient confluent = new ConfluentClient(server.url());

  @BeforeAll
  static void startServer() throws IOException {
    server = RegistryProcess.start(folder);
  }

  @AfterAll
  static void stopServer() throws InterruptedException {
    server.kill();
  }

  @Test
  void readsWhatWeWriteToEveryTopic() throws Exception {
    WireCodec ours = codec(true);
    for (TopicType topic : topics("ours.")) {
      for (SpecificRecord sample : samples(topic)) {
        byte[] bytes = ours.encode(topic.topic(), sample);

        assertThat(JSON.readTree(confluent.read(bytes)))
            .as("%s on %s", sample, topic.topic())
            .isEqualTo(JSON.readTree(json(sample)));
        String subject = topic.topic() + "-value";
        assertThat(confluent.idOf(subject, confluent.newest(subject)))
            .as("the id of %s's newest schema", subject)
            .isEqualTo(ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt());
      }
    }
  }

  @Test
  void weReadWhatItWritesToEveryTopic() throws Exception {
    WireCodec ours = codec(false);
    for (TopicType topic : topics("theirs.")) {
      Subject subject = Subject.of(topic.topic(), topic.type());
      for (SpecificRecord sample : samples(topic)) {
        byte[] theirs = confluent.write(subject.name(), subject.schema().toString(), json(sample));

        assertThat(ours.decode(topic.topic(), theirs, topic.type()))
            .as("what Confluent's client wrote to %s", topic.topic())
            .isEqualTo(sample);
        assertThat(ours.encode(topic.topic(), sample))
            .as("the same bytes from us, under the id that was registered before")
            .isEqualTo(theirs);
      }
    }
  }

  @Test
  void weReadRecordsOfASchemaThatHasGrown() throws Exception {
    Subject subject = Subject.of("grown", StageTask.class);
    String grown = withField(subject.schema(), "newer");
    byte[] bytes =
        confluent.write(
            subject.name(),
            grown,
            json(Samples.task()).replaceFirst("\\{", "{\"newer\":\"unknown to us\","));

    assertThat(codec(false).decode("grown", bytes, StageTask.class)).isEqualTo(Samples.task());
  }

  @Test
  void bothAreRefusedAnIncompatibleSchema() throws Exception {
    Subject subject = Subject.of("strict", StageTask.class);
    confluent.register(subject.name(), subject.schema().toString());
    confluent.setCompatibility(subject.name(), "FULL_TRANSITIVE");
    String broken = subject.schema().toString().replace("\"type\":\"int\"", "\"type\":\"string\"");

    assertThat(confluent.compatible(subject.name(), broken)).isFalse();
    assertThatThrownBy(() -> confluent.register(subject.name(), broken))
        .isInstanceOfSatisfying(
            RestClientException.class, e -> assertThat(e.getStatus()).isEqualTo(409));
    SchemaRegistry ours = registry();
    assertThatThrownBy(() -> ours.register(subject.name(), new Schema.Parser().parse(broken)))
        .isInstanceOf(RegistryException.Refused.class)
        .hasMessageContaining("incompatible with what subject strict-value has")
        .hasMessageContaining("409");
    assertThat(confluent.compatible(subject.name(), withField(subject.schema(), "newer")))
        .as("a field with a default added")
        .isTrue();
  }

  @Test
  void bothMissASubjectThatIsNotThere() {
    Subject subject = Subject.of("nobody", StageTask.class);

    assertThatThrownBy(() -> confluent.idOf(subject.name(), subject.schema().toString()))
        .isInstanceOfSatisfying(
            RestClientException.class, e -> assertThat(e.getStatus()).isEqualTo(404));
    assertThatThrownBy(() -> codec(false).encode("nobody", Samples.task()))
        .isInstanceOf(RegistryException.Refused.class)
        .hasMessageContaining("404");
  }

  @Test
  void bothMissAnIdThatIsNotThere() {
    byte[] unknown = ByteBuffer.allocate(6).putInt(1, 4_000_000).array();

    assertThatThrownBy(() -> confluent.schema(4_000_000))
        .isInstanceOfSatisfying(
            RestClientException.class, e -> assertThat(e.getErrorCode()).isEqualTo(40403));
    assertThatThrownBy(() -> confluent.read(unknown)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> codec(false).decode("t", unknown, StageTask.class))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("schema id 4000000, which the registry lacks");
  }

  @Test
  void bothRefuseTheSameDamagedBytes() {
    byte[] good = codec(true).encode("damaged", Samples.task());
    byte[] otherMagic = good.clone();
    otherMagic[0] = 1;
    for (byte[] bad :
        List.of(
            new byte[0],
            Arrays.copyOf(good, 1),
            Arrays.copyOf(good, HEADER_BYTES - 1),
            Arrays.copyOf(good, HEADER_BYTES),
            Arrays.copyOf(good, good.length - 1),
            Arrays.copyOf(good, good.length + 1),
            otherMagic)) {
      assertThatThrownBy(() -> confluent.read(bad)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> codec(false).decode("damaged", bad, StageTask.class))
          .isInstanceOf(UndecodableException.class);
    }
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void bothGoOnWithWhatTheyKnowOnceTheServerIsKilled() throws Exception {
    WireCodec ours = codec(true);
    byte[] bytes = ours.encode("outage", Samples.task());
    String before = confluent.read(bytes);

    server.kill();

    assertThat(confluent.read(bytes)).isEqualTo(before);
    assertThat(ours.decode("outage", bytes, StageTask.class)).isEqualTo(Samples.task());
    assertThat(ours.encode("outage", Samples.task())).isEqualTo(bytes);
    assertThatThrownBy(() -> confluent.newest("other-value")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> ours.encode("other", Samples.task()))
        .isInstanceOf(RegistryException.Unavailable.class)
        .hasMessageContaining(server.url() + "/subjects/other-value/versions");
  }

  private static WireCodec codec(boolean register) {
    return WireCodecs.from(settings(register));
  }

  private static SchemaRegistry registry() {
    return WireCodecs.registry(settings(false)).orElseThrow();
  }

  private static Map<String, Object> settings(boolean register) {
    return Map.of(WireCodecs.REGISTRY_URL, server.url(), WireCodecs.AUTO_REGISTER, register);
  }

  private static List<TopicType> topics(String prefix) {
    return TopicType.all(new TopicNames(prefix), List.of("small", "large"));
  }

  private static List<SpecificRecord> samples(TopicType topic) {
    List<SpecificRecord> samples =
        Samples.all().values().stream().filter(topic.type()::isInstance).toList();
    assertThat(samples).as("samples for %s", topic.topic()).isNotEmpty();
    return samples;
  }

  /** Avro's JSON, as our own classes write it. */
  private static String json(SpecificRecord value) throws IOException {
    Schema schema = value.getSchema();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonEncoder encoder = EncoderFactory.get().jsonEncoder(schema, out);
    SpecificData model = SpecificData.getForClass(value.getClass());
    new SpecificDatumWriter<SpecificRecord>(schema, model).write(value, encoder);
    encoder.flush();
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String withField(Schema schema, String name) {
    return schema
        .toString()
        .replaceFirst(
            "\"fields\":\\[",
            "\"fields\":[{\"name\":\"" + name + "\",\"type\":\"string\",\"default\":\"\"},");
  }
}
