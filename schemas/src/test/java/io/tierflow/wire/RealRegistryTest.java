package io.tierflow.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tierflow.schemas.StageTask;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The codec against a real registry server, Apicurio's, in a process of its own. It runs with
 * {@code -Pregistry}, which fetches the server (140 MB).
 */
@EnabledIfSystemProperty(named = RealRegistryTest.SERVER, matches = ".+")
class RealRegistryTest {

  static final String SERVER = "tierflow.test.registry";

  private static final String TOPIC = "tierflow.tasks.small";
  private static final Pattern LISTENING = Pattern.compile("Listening on: http://[^:]+:(\\d+)");

  @TempDir Path folder;

  private Process server;
  private String url;

  @BeforeEach
  void startServer() throws IOException {
    Path log = folder.resolve("registry.log");
    server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=0",
                "-jar",
                jar().toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int port =
        await("the registry's port in " + log)
            .atMost(Duration.ofMinutes(2))
            .until(() -> port(log), Optional::isPresent)
            .orElseThrow();
    url = "http://127.0.0.1:" + port + "/apis/ccompat/v7";
  }

  @AfterEach
  void stopServer() throws InterruptedException {
    server.destroyForcibly().waitFor();
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
    assertThatThrownBy(() -> codec(false).encode(TOPIC, Samples.task()))
        .isInstanceOf(RegistryException.Refused.class)
        .hasMessageContaining("auto.register.schemas=true");
    byte[] unknown = ByteBuffer.allocate(6).putInt(1, 4_000_000).array();
    assertThatThrownBy(() -> codec(false).decode(TOPIC, unknown, StageTask.class))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("schema id 4000000, which the registry lacks");
  }

  @Test
  void anIncompatibleSchemaIsRefused() throws Exception {
    HttpRequest fullTransitive =
        HttpRequest.newBuilder(URI.create(url + "/config"))
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString("{\"compatibility\":\"FULL_TRANSITIVE\"}"))
            .build();
    assertThat(
            HttpClient.newHttpClient().send(fullTransitive, BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
    RestSchemaRegistry registry =
        new RestSchemaRegistry(List.of(url), Optional.empty(), Duration.ofSeconds(30));
    Schema schema = PortableSchema.of(StageTask.getClassSchema());
    registry.register("s", schema);
    String broken = schema.toString().replace("\"type\":\"int\"", "\"type\":\"string\"");

    assertThatThrownBy(() -> registry.register("s", new Schema.Parser().parse(broken)))
        .isInstanceOf(RegistryException.Refused.class)
        .hasMessageContaining("io.tierflow.schemas.StageTask is incompatible with what subject s");
  }

  @Test
  void whatIsKnownStillWorksOnceTheServerIsKilled() throws Exception {
    WireCodec codec = codec(true);
    byte[] bytes = codec.encode(TOPIC, Samples.task());
    stopServer();

    assertThat(codec.decode(TOPIC, bytes, StageTask.class)).isEqualTo(Samples.task());
    assertThat(codec.encode(TOPIC, Samples.task())).isEqualTo(bytes);
    assertThatThrownBy(() -> codec.encode("tierflow.errors", Samples.failed()))
        .isInstanceOf(RegistryException.Unavailable.class)
        .hasMessageContaining(url + "/subjects/tierflow.errors-value/versions");
  }

  private WireCodec codec(boolean register) {
    return WireCodecs.from(
        Map.of(WireCodecs.REGISTRY_URL, url, WireCodecs.AUTO_REGISTER, register));
  }

  private static Path jar() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(System.getProperty(SERVER)), 2)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith("-runner.jar"))
          .findFirst()
          .orElseThrow();
    }
  }

  private Optional<Integer> port(Path log) throws IOException {
    assertThat(server.isAlive()).as("the registry's process; its log is %s", log).isTrue();
    Matcher matcher = LISTENING.matcher(Files.readString(log));
    return matcher.find() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.empty();
  }
}
