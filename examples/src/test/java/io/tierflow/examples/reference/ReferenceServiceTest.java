package io.tierflow.examples.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.flow.Flow;
import io.tierflow.flow.Parallel;
import io.tierflow.flow.Pipeline;
import io.tierflow.flow.Stage;
import io.tierflow.flow.Step;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.handler.StageHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stages of the reference flow, each by its real handler, against the real service. */
class ReferenceServiceTest {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Map<String, StageHandler<?, ?>> handlers = new HashMap<>();

  @TempDir private Path data;
  private ReferenceService service;

  @BeforeEach
  void start() throws Exception {
    for (StageHandler<?, ?> handler : ServiceLoader.load(StageHandler.class)) {
      handlers.put(handler.name(), handler);
    }
    service = ReferenceService.start(data.resolve("files"));
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void theReportOfBothSourcesReachesItsThreeReceivers() throws Exception {
    JsonNode output = run("run-1", 1);

    Path file = data.resolve("files/report-run-1.json");
    JsonNode report = Attempt.JSON.readTree(Files.readAllBytes(file));
    assertThat(report.path("station").asText()).isEqualTo("station-1");
    assertThat(report.path("forecastMean").asDouble()).isEqualTo(14.11);
    assertThat(report.path("measured").asDouble()).isBetween(9.0, 21.0);
    assertThat(service.reports()).containsOnlyKeys("run-1/report/send-a");
    assertThat(Attempt.JSON.readTree(service.reports().get("run-1/report/send-a")))
        .isEqualTo(report);
    assertThat(publishedReport("run-1")).isEqualTo(report);
    assertThat(output.at("/report/send-a/accepted").asBoolean()).isTrue();
  }

  @Test
  void aRedeliveredStageLeavesOneEffectOnly() throws Exception {
    run("run-2", 2);

    assertThat(service.reports()).hasSize(1);
    try (var files = Files.list(data.resolve("files"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "weather-run-2.json", "reading-run-2.json", "report-run-2.json");
    }
  }

  @Test
  void theHttpSourceTakesAsLongAsItsUrlSays() throws Exception {
    long start = System.nanoTime();
    call("http-get", "{\"url\": \"%s/weather?takes=300ms\"}".formatted(service.httpUrl()));

    assertThat((System.nanoTime() - start) / 1e6).isBetween(300.0, 3000.0);
  }

  private JsonNode publishedReport(String run) throws Exception {
    return call(
            "mqtt-subscribe",
            "{\"url\": \"%s\", \"topic\": \"reports/%s\"}".formatted(service.mqttUrl(), run))
        .path("payload");
  }

  private JsonNode call(String handler, String with) throws Exception {
    return handle(handler, NODES.nullNode(), Attempt.with("small", with));
  }

  /** Runs the flow's stages one after the other, each so many times. */
  private JsonNode run(String id, int deliveries) throws Exception {
    String text = service.flow().scaled(0.01).text();
    Flow flow = FlowReader.read("weather-service.yaml", text, Catalog.UNCHECKED);
    Map<String, JsonNode> outputs = new TreeMap<>();
    ObjectNode all = NODES.objectNode();
    for (Pipeline pipeline : flow.pipelines()) {
      ObjectNode input = NODES.objectNode();
      pipeline.after().forEach(name -> input.set(name, outputs.get(name)));
      JsonNode value = input;
      for (Step step : pipeline.steps()) {
        ObjectNode each = NODES.objectNode();
        for (Stage stage : step.stages()) {
          for (int i = 0; i < deliveries; i++) {
            Attempt attempt = Attempt.of(id, pipeline.name(), stage);
            each.set(stage.name(), handle(stage.handler(), value, attempt));
          }
        }
        value = step instanceof Parallel ? each : each.elements().next();
      }
      outputs.put(pipeline.name(), value);
      all.set(pipeline.name(), value);
    }
    return all;
  }

  private JsonNode handle(String name, JsonNode input, Attempt attempt) throws Exception {
    @SuppressWarnings("unchecked") // every handler of this flow takes JSON
    StageHandler<JsonNode, Object> handler = (StageHandler<JsonNode, Object>) handlers.get(name);
    return Attempt.JSON.valueToTree(handler.handle(input, attempt));
  }
}
