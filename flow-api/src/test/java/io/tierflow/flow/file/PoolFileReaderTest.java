package io.tierflow.flow.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.tierflow.flow.file.PoolFile.ServedClass;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PoolFileReaderTest {

  private static final String FULL =
      """
      pool-name: tier-a
      classes:
        small: 7
        medium: {slots: 2, slot-memory: 1g, slot-cpus: 0.5}
        other: {}
      slots: 3
      slot-memory: 256m
      pool-memory: 8g
      slot-cpus: 1
      slot-folder: 2g
      isolation: process
      tasks-per-process: 100
      env: [API_KEY, "AWS_*"]
      fetch-mode: single
      lease: 45s
      grace: 1m30s
      handlers: /opt/handlers
      resilience: /etc/resilience.yaml
      max-output-bytes: 1000000
      labels: {zone: a, rack: 7}
      bootstrap: kafka:9092
      topic-prefix: "test."
      kafka-config: /etc/kafka.properties
      kafka: {security.protocol: SSL}
      metrics-host: 0.0.0.0
      metrics-port: 9464
      """;

  @Test
  void readsEverySetting() {
    PoolFile pool = PoolFileReader.read("pool.yaml", FULL);

    assertThat(pool.classes())
        .containsExactly(
            new ServedClass("small", OptionalInt.of(7), Optional.empty(), Optional.empty()),
            new ServedClass("medium", OptionalInt.of(2), Optional.of("1g"), Optional.of(0.5)),
            new ServedClass("other", OptionalInt.empty(), Optional.empty(), Optional.empty()));
    assertThat(pool.environment()).containsExactly("API_KEY", "AWS_*");
    assertThat(pool.labels()).isEqualTo(Map.of("zone", "a", "rack", "7"));
    assertThat(pool.kafka()).isEqualTo(Map.of("security.protocol", "SSL"));
    assertThat(pool.settings())
        .hasSize(19)
        .containsEntry("lease", "45s")
        .containsEntry("grace", "1m30s")
        .containsEntry("slot-cpus", "1.0")
        .containsEntry("metrics-port", "9464");
  }

  @Test
  void tellsEveryProblemWithItsPlace() {
    assertThatThrownBy(
            () ->
                PoolFileReader.read(
                    "pool.yaml",
                    """
                    classes: {small: 0, "la rge": 1, m: {slot: 2}}
                    lease: soon
                    isolation: jail
                    slot-memory: much
                    labels: {a: [1]}
                    fetchmode: single
                    """))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(
            e ->
                assertThat(e.getMessage().lines().toList())
                    .satisfiesExactly(
                        line ->
                            assertThat(line)
                                .startsWith(
                                    "pool.yaml:1:18: classes.small: found 0, expected slots"),
                        line -> assertThat(line).startsWith("pool.yaml:1:21: classes"),
                        line ->
                            assertThat(line).startsWith("pool.yaml:1:38: classes.m.slot: found"),
                        line ->
                            assertThat(line)
                                .startsWith(
                                    "pool.yaml:2:8: lease: found 'soon', expected a duration"),
                        line ->
                            assertThat(line)
                                .isEqualTo(
                                    "pool.yaml:3:12: isolation: found 'jail', expected one of"
                                        + " thread, process"),
                        line -> assertThat(line).startsWith("pool.yaml:4:14: slot-memory: found"),
                        line ->
                            assertThat(line)
                                .isEqualTo(
                                    "pool.yaml:5:13: labels.a: found a list, expected a text"),
                        line -> assertThat(line).contains("did you mean fetch-mode?")));
    assertThatThrownBy(() -> PoolFileReader.read("pool.yaml", "# nothing"))
        .hasMessage("pool.yaml:1:1: found nothing, expected a pool: an object with classes");
    assertThatThrownBy(() -> PoolFileReader.read("pool.yaml", "slots: 2"))
        .hasMessageContaining("classes: found no classes");
  }

  @Test
  void theSchemaAndTheReaderTakeTheSame() throws IOException {
    JsonSchema schema = schema();
    ObjectNode good =
        (ObjectNode) YamlSource.read(FULL, new Problems("pool.yaml")).orElseThrow().toJson();
    assertThat(schema.validate(good)).isEmpty();
    Random random = new Random(1);
    List<JsonNode> odd = new ArrayList<>();
    JsonNodeFactory json = JsonNodeFactory.instance;
    odd.add(json.nullNode());
    odd.add(json.numberNode(-1));
    odd.add(json.numberNode(3));
    odd.add(json.numberNode(0.25));
    odd.add(json.textNode("10s"));
    odd.add(json.textNode("1g"));
    odd.add(json.textNode(""));
    odd.add(json.arrayNode());
    odd.add(json.objectNode());
    odd.add(json.booleanNode(true));
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      ObjectNode damaged = good.deepCopy();
      List<ObjectNode> places = new ArrayList<>(List.of(damaged));
      damaged.properties().forEach(each -> addObject(each.getValue(), places));
      damaged.path("classes").forEach(each -> addObject(each, places));
      ObjectNode place = places.get(random.nextInt(places.size()));
      List<String> keys = new ArrayList<>();
      place.fieldNames().forEachRemaining(keys::add);
      if (keys.isEmpty()) {
        continue;
      }
      String key = keys.get(random.nextInt(keys.size()));
      switch (random.nextInt(3)) {
        case 0 -> place.remove(key);
        case 1 -> place.set(key + "x", place.remove(key));
        default -> place.set(key, odd.get(random.nextInt(odd.size())));
      }
      boolean taken = schema.validate(damaged).isEmpty();
      assertThat(isTakenByReader(damaged.toString())).as(damaged.toString()).isEqualTo(taken);
      refused += taken ? 0 : 1;
    }
    assertThat(refused).isGreaterThan(200);
  }

  private static void addObject(JsonNode node, List<ObjectNode> places) {
    if (node instanceof ObjectNode object) {
      places.add(object);
    }
  }

  private static boolean isTakenByReader(String text) {
    try {
      PoolFileReader.read("pool.yaml", text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static JsonSchema schema() throws IOException {
    try (InputStream in =
        PoolFileReaderTest.class.getResourceAsStream("/io/tierflow/flow/pool.schema.json")) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(in);
    }
  }
}
