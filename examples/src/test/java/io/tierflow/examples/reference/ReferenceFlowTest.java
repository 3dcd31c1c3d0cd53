package io.tierflow.examples.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.Flow;
import io.tierflow.flow.Stage;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceFlowTest {

  private static final Map<String, String> ADDRESSES =
      Map.of("http", "http://h:1", "mqtt", "mqtt://m:2", "data", "/d");

  @Test
  void theFlowHasThreePipelinesAndTheLastWaitsForTheSources() throws Exception {
    Flow flow = read(ReferenceFlow.load().fill(ADDRESSES));

    assertThat(flow.name()).isEqualTo(ReferenceFlow.NAME);
    assertThat(flow.pipelines())
        .extracting("name")
        .containsExactly("http-source", "mqtt-source", "report");
    assertThat(flow.pipeline("report").orElseThrow().after())
        .containsExactly("http-source", "mqtt-source");
    Stage fetch = flow.pipeline("http-source").orElseThrow().stages().findFirst().orElseThrow();
    assertThat(fetch.with().path("url").asText()).isEqualTo("http://h:1/weather?takes=500ms");
  }

  @Test
  void movingTheCoreStageChangesOneWord() throws Exception {
    ReferenceFlow before = ReferenceFlow.load();
    ReferenceFlow after = before.coreOn("large");

    List<String> old = List.of(before.text().split("\\s+"));
    List<String> now = List.of(after.text().split("\\s+"));
    List<String> changed = new ArrayList<>();
    for (int i = 0; i < old.size(); i++) {
      if (!old.get(i).equals(now.get(i))) {
        changed.add(old.get(i) + " -> " + now.get(i));
      }
    }
    assertThat(changed).containsExactly("small -> large");
    assertThat(
            read(after.fill(ADDRESSES)).pipelines().stream()
                .flatMap(pipeline -> pipeline.stages())
                .filter(stage -> stage.resourceClass().name().equals("large"))
                .map(Stage::name))
        .containsExactly("core-logic");
    assertThat(after.coreOn("small")).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "large"})
  void theDeclaredCostsAreThoseOfTheFile(String coreClass) throws Exception {
    Flow flow = read(ReferenceFlow.load().fill(ADDRESSES).coreOn(coreClass));

    assertThat(costs(flow)).isEqualTo(ReferenceFlow.costs(coreClass));
  }

  @Test
  void scalingMultipliesEveryCostAndNothingElse() throws Exception {
    ReferenceFlow full = ReferenceFlow.load().fill(ADDRESSES).scaled(10);
    Map<String, Duration> tenfold = new HashMap<>();
    ReferenceFlow.costs("small")
        .forEach((stage, cost) -> tenfold.put(stage, cost.multipliedBy(10)));

    assertThat(costs(read(full))).isEqualTo(tenfold);
    assertThat(full.text()).contains("deadline: 10m");
    assertThat(costs(read(full.scaled(1e-9))).values()).containsOnly(Duration.ofMillis(1));
  }

  @Test
  void aPlaceholderWithoutAValueIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReferenceFlow.load().fill(Map.of("http", "http://h:1")))
        .withMessageContaining("${data}");
  }

  private static Map<String, Duration> costs(Flow flow) {
    Map<String, Duration> costs = new HashMap<>();
    flow.pipelines()
        .forEach(
            pipeline ->
                pipeline
                    .stages()
                    .forEach(
                        stage -> costs.put(pipeline.name() + "/" + stage.name(), cost(stage))));
    return costs;
  }

  private static Duration cost(Stage stage) {
    JsonNode cost = stage.with().path("cost");
    String text =
        cost.isMissingNode()
            ? stage.with().path("url").asText().replaceFirst(".*takes=", "")
            : cost.isObject() ? cost.path(stage.resourceClass().name()).asText() : cost.asText();
    return CostText.parse(text).orElseThrow();
  }

  private static Flow read(ReferenceFlow flow) throws Exception {
    return FlowReader.read("weather-service.yaml", flow.text(), Catalog.UNCHECKED);
  }
}
