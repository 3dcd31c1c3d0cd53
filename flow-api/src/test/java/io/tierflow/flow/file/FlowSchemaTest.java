package io.tierflow.flow.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FlowSchemaTest {

  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(resource("flow.schema.json"));

  static Stream<String> good() {
    return documents("good.yaml");
  }

  static Stream<String> bad() {
    return documents("bad.yaml");
  }

  static Stream<String> badBeyondSchema() {
    return documents("bad-beyond-schema.yaml");
  }

  @ParameterizedTest
  @MethodSource("good")
  void bothTakeGoodDocuments(String text) {
    assertThat(SCHEMA.validate(tree(text))).isEmpty();
    assertThat(FlowReader.read("good.yaml", text, Catalog.UNCHECKED)).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("bad")
  void bothRefuseBadDocuments(String text) {
    assertThat(SCHEMA.validate(tree(text))).as("schema").isNotEmpty();
    assertThat(isTakenByReader(text)).as("reader").isFalse();
  }

  @ParameterizedTest
  @MethodSource("badBeyondSchema")
  void theReaderAloneRefusesWhatNoSchemaCanTell(String text) {
    assertThat(SCHEMA.validate(tree(text))).as("schema").isEmpty();
    assertThat(isTakenByReader(text)).as("reader").isFalse();
  }

  @Test
  void theSchemaTakesEveryFlowThatIsWritten() {
    RandomFlows flows = new RandomFlows(4);
    for (int i = 0; i < 500; i++) {
      JsonNode json = FlowWriter.toJson(flows.next());
      assertThat(SCHEMA.validate(json)).as(json.toString()).isEmpty();
    }
  }

  @Test
  void theReaderRefusesWhateverTheSchemaRefuses() {
    RandomFlows flows = new RandomFlows(5);
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 1500; i++) {
      ObjectNode json = FlowWriter.toJson(flows.next());
      damage(json, random);
      if (!SCHEMA.validate(json).isEmpty()) {
        refused++;
        assertThat(isTakenByReader(json.toString())).as(json.toString()).isFalse();
      }
    }
    assertThat(refused).isGreaterThan(200);
  }

  /** Removes, renames or replaces one part. */
  private static void damage(ObjectNode root, Random random) {
    List<JsonNode> containers = new ArrayList<>();
    collect(root, containers);
    JsonNode chosen = containers.get(random.nextInt(containers.size()));
    JsonNode odd =
        List.<JsonNode>of(
                JsonNodeFactory.instance.nullNode(),
                JsonNodeFactory.instance.numberNode(-1),
                JsonNodeFactory.instance.textNode("0s"),
                JsonNodeFactory.instance.arrayNode(),
                JsonNodeFactory.instance.objectNode(),
                JsonNodeFactory.instance.booleanNode(true))
            .get(random.nextInt(6));
    if (chosen instanceof ArrayNode list && !list.isEmpty()) {
      list.set(random.nextInt(list.size()), odd);
    } else if (chosen instanceof ObjectNode object && !object.isEmpty()) {
      List<String> keys = new ArrayList<>();
      object.fieldNames().forEachRemaining(keys::add);
      String key = keys.get(random.nextInt(keys.size()));
      switch (random.nextInt(3)) {
        case 0 -> object.remove(key);
        case 1 -> object.set(key + "x", object.remove(key));
        default -> object.set(key, odd);
      }
    }
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }

  private static boolean isTakenByReader(String text) {
    try {
      FlowReader.read("flow.yaml", text, Catalog.UNCHECKED);
      return true;
    } catch (InvalidFlowException e) {
      assertThat(e.problems()).isNotEmpty();
      return false;
    }
  }

  private static JsonNode tree(String text) {
    return YamlSource.read(text, new Problems("corpus")).orElseThrow().toJson();
  }

  private static Stream<String> documents(String name) {
    return Stream.of(resource(name).split("(?m)^---\n"));
  }

  private static String resource(String name) {
    try (InputStream in = FlowSchemaTest.class.getResourceAsStream("/io/tierflow/flow/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
