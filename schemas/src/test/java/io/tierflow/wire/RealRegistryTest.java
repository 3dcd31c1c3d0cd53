package io.tierflow.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierflow.schemas.StageTask;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The codec against a real registry server, Apicurio's, in a process of its own. It runs with
 * {@code -Pregistry}, which fetches the server (140 MB).
 */
@EnabledIfSystemProperty(named = RegistryProcess.SERVER, matches = ".+")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RealRegistryTest {

  private static final String TOPIC = "tierflow.tasks.small";

  @TempDir static Path folder;

  private static RegistryProcess server;

  @BeforeAll
  static void startServer() throws IOException {
    server = RegistryProcess.start(folder);
  }

  @AfterAll
  static void stopServer() throws InterruptedException {
    server.kill();
  }

  @Test
  void oneProcessWritesAndAnotherReads() throws Exception {
    byte[] bytes = codec(true).encode(TOPIC, Samples.task());

    assertThat(codec(false).decode(TOPIC, bytes, StageTask.class)).isEqualTo(Samples.task());
    assertThat(codec(false).encode(TOPIC, Samples.task()))
        .as("looked up, no longer registered")
        .isEqualTo(bytes);
  }

  @Test
  void aSchemaNobodyRegisteredIsRefusedAndAnUnknownIdIsUndecodable() {
    assertThatThrownBy(() -> codec(false).encode("nobody", Samples.task()))
        .isInstanceOf(RegistryException.Refused.class)
        .hasMessageContaining("auto.register.schemas=true");
    byte[] unknown = ByteBuffer.allocate(6).putInt(1, 4_000_000).array();
    assertThatThrownBy(() -> codec(false).decode("nobody", unknown, StageTask.class))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("schema id 4000000, which the registry lacks");
  }

  @Test
  void anIncompatibleSchemaIsRefused() throws Exception {
    HttpRequest fullTransitive =
        HttpRequest.newBuilder(URI.create(server.url() + "/config"))
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString("{\"compatibility\":\"FULL_TRANSITIVE\"}"))
            .build();
    assertThat(
            HttpClient.newHttpClient().send(fullTransitive, BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
    RestSchemaRegistry registry =
        new RestSchemaRegistry(List.of(server.url()), Optional.empty(), Duration.ofSeconds(30));
    Schema schema = PortableSchema.of(StageTask.getClassSchema());
    registry.register("s", schema);
    String broken = schema.toString().replace("\"type\":\"int\"", "\"type\":\"string\"");

    assertThatThrownBy(() -> registry.register("s", new Schema.Parser().parse(broken)))
        .isInstanceOf(RegistryException.Refused.class)
        .hasMessageContaining("io.tierflow.schemas.StageTask is incompatible with what subject s");
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void whatIsKnownStillWorksOnceTheServerIsKilled() throws Exception {
    WireCodec codec = codec(true);
    byte[] bytes = codec.encode(TOPIC, Samples.task());
    server.kill();

    assertThat(codec.decode(TOPIC, bytes, StageTask.class)).isEqualTo(Samples.task());
    assertThat(codec.encode(TOPIC, Samples.task())).isEqualTo(bytes);
    assertThatThrownBy(() -> codec.encode("tierflow.errors", Samples.failed()))
        .isInstanceOf(RegistryException.Unavailable.class)
        .hasMessageContaining(server.url() + "/subjects/tierflow.errors-value/versions");
  }

  private WireCodec codec(boolean register) {
    return WireCodecs.from(
        Map.of(WireCodecs.REGISTRY_URL, server.url(), WireCodecs.AUTO_REGISTER, register));
  }
}
