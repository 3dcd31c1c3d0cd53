package io.tierflow.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierflow.schemas.StageTask;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConfluentWireCodecTest {

  private static final String TOPIC = "tierflow.tasks.small";

  private RegistryServer server;
  private WireCodec registering;

  @BeforeEach
  void startServer() throws IOException {
    server = new RegistryServer();
    registering = codec(Map.of("auto.register.schemas", true));
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void writesMagicIdAndBodyAndReadsItBack() throws Exception {
    byte[] bytes = registering.encode(TOPIC, Samples.task());

    assertThat(bytes[0]).isZero();
    assertThat(ByteBuffer.wrap(bytes, 1, 4).getInt()).isEqualTo(70_000);
    assertThat(registering.decode(TOPIC, bytes, StageTask.class)).isEqualTo(Samples.task());
  }

  @Test
  void anotherProcessReadsWhatThisOneWrote() throws Exception {
    byte[] bytes = registering.encode(TOPIC, Samples.task());

    assertThat(codec(Map.of()).decode(TOPIC, bytes, StageTask.class)).isEqualTo(Samples.task());
  }

  @Test
  void asksOncePerTopicAndTypeAndOncePerId() throws Exception {
    WireCodec reader = codec(Map.of());
    for (int i = 0; i < 3; i++) {
      reader.decode(TOPIC, registering.encode(TOPIC, Samples.task()), StageTask.class);
    }

    assertThat(server.requests)
        .containsExactly(
            "POST /subjects/tierflow.tasks.small-value/versions", "GET /schemas/ids/70000");
  }

  @Test
  void whatWasPreparedIsEncodedWhileTheRegistryIsAway() throws Exception {
    registering.prepare(TOPIC, StageTask.class);
    server.answerAlways = 503;

    byte[] bytes = registering.encode(TOPIC, Samples.task());

    assertThat(registering.decode(TOPIC, bytes, StageTask.class)).isEqualTo(Samples.task());
  }

  @Test
  void registersNothingUnlessToldTo() {
    assertThatThrownBy(() -> codec(Map.of()).encode(TOPIC, Samples.task()))
        .isInstanceOf(RegistryException.Refused.class)
        .hasMessageContaining(server.url() + "/subjects/tierflow.tasks.small-value")
        .hasMessageContaining("auto.register.schemas=true");
    assertThat(server.requests).containsExactly("POST /subjects/tierflow.tasks.small-value");
  }

  @Test
  void usesASchemaThatADeploymentHasRegistered() throws Exception {
    int id = server.put(TOPIC + "-value", PortableSchema.of(StageTask.getClassSchema()).toString());

    byte[] bytes = codec(Map.of()).encode(TOPIC, Samples.task());

    assertThat(ByteBuffer.wrap(bytes, 1, 4).getInt()).isEqualTo(id);
  }

  @Test
  void registersTheContractAsOtherLanguagesKnowIt() {
    assertThat(PortableSchema.of(StageTask.getClassSchema()).toString())
        .doesNotContain("avro.java.string")
        .contains("{\"name\":\"taskId\",\"type\":\"string\"");
  }

  @Test
  void worksFromItsCacheWhileTheRegistryIsAway() throws Exception {
    byte[] bytes = registering.encode(TOPIC, Samples.task());
    server.close();

    assertThat(registering.encode(TOPIC, Samples.task())).isEqualTo(bytes);
    assertThat(registering.decode(TOPIC, bytes, StageTask.class)).isEqualTo(Samples.task());
    assertThatThrownBy(() -> registering.encode("tierflow.errors", Samples.failed()))
        .isInstanceOf(RegistryException.Unavailable.class)
        .hasMessageContaining(server.url() + "/subjects/tierflow.errors-value/versions")
        .hasMessageContaining("cannot be reached");
  }

  @Test
  void anOutageIsNotAnUndecodableRecord() {
    byte[] bytes = registering.encode(TOPIC, Samples.task());
    server.answerAlways = 503;

    assertThatThrownBy(() -> codec(Map.of()).decode(TOPIC, bytes, StageTask.class))
        .isInstanceOf(RegistryException.Unavailable.class)
        .hasMessageContaining("GET " + server.url() + "/schemas/ids/70000: answered 503");
  }

  @Test
  void aWrongBaseUrlIsNotAnUndecodableRecord() {
    byte[] bytes = registering.encode(TOPIC, Samples.task());
    WireCodec wrong = WireCodecs.from(Map.of("schema.registry.url", server.url() + "/wrong/"));

    assertThatThrownBy(() -> wrong.decode(TOPIC, bytes, StageTask.class))
        .isInstanceOf(RegistryException.Refused.class)
        .hasMessageContaining("check schema.registry.url");
  }

  @Test
  void triesTheNextUrlWhenOneIsAway() throws Exception {
    byte[] bytes = registering.encode(TOPIC, Samples.task());
    try (RegistryServer away = new RegistryServer()) {
      away.answerAlways = 500;
      WireCodec either =
          WireCodecs.from(Map.of("schema.registry.url", away.url() + ", " + server.url()));

      assertThat(either.decode(TOPIC, bytes, StageTask.class)).isEqualTo(Samples.task());
      assertThat(away.requests).hasSize(1);
    }
  }

  @Test
  void authenticates() {
    server.expectedAuthorization = "Basic dXNlcjpwYTpzcw==";

    assertThat(
            codec(Map.of("auto.register.schemas", "true", "basic.auth.user.info", "user:pa:ss"))
                .encode(TOPIC, Samples.task()))
        .isNotEmpty();
    assertThatThrownBy(() -> registering.encode(TOPIC, Samples.task()))
        .isInstanceOf(RegistryException.Refused.class)
        .hasMessageContaining("401 \"Unauthorized\"; check basic.auth.user.info");
  }

  @Test
  void refusesOtherBytesAndOtherTypes() {
    byte[] failed = registering.encode(TOPIC, Samples.failed());
    byte[] unknownId = failed.clone();
    unknownId[1] = (byte) 0xFF;

    assertRefused(null, "a null value (a tombstone)");
    assertRefused(new byte[] {0, 0}, "2 bytes, fewer than the header");
    assertRefused(new SingleObjectCodec().encode(TOPIC, Samples.task()), "begin with C3");
    assertRefused(unknownId, "which the registry lacks");
    assertRefused(failed, "expected a StageTask, found a io.tierflow.schemas.StageFailed");
    assertRefused(Arrays.copyOf(registering.encode(TOPIC, Samples.task()), 20), "body is damaged");
  }

  @Test
  void withoutAUrlItIsTheSingleObjectCodec() {
    assertThat(WireCodecs.from(Map.of())).isInstanceOf(SingleObjectCodec.class);
    assertThat(WireCodecs.from(Map.of("schema.registry.url", " ")))
        .isInstanceOf(SingleObjectCodec.class);
  }

  @Test
  void refusesUnusableSettingsByName() {
    assertUnusable(Map.of("schema.registry.url", "ftp://host"), "schema.registry.url: expected");
    assertUnusable(Map.of("schema.registry.url", "http://a b"), "schema.registry.url: not a URL");
    assertUnusable(
        Map.of("schema.registry.url", "http://u:secret@host"), "put them in basic.auth.user.info");
    assertUnusable(
        Map.of("schema.registry.url", "http://host", "auto.register.schemas", "yes"),
        "auto.register.schemas: expected true or false, found yes");
    assertUnusable(
        Map.of("schema.registry.url", "http://host", "basic.auth.user.info", "secret"),
        "basic.auth.user.info: expected user:password");
  }

  private static void assertUnusable(Map<String, ?> config, String expected) {
    assertThatThrownBy(() -> WireCodecs.from(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(expected)
        .hasMessageNotContaining("secret");
  }

  private void assertRefused(byte[] bytes, String expected) {
    assertThatThrownBy(() -> registering.decode(TOPIC, bytes, StageTask.class))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining(expected);
  }

  private WireCodec codec(Map<String, ?> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put("schema.registry.url", server.url());
    return WireCodecs.from(config);
  }
}
