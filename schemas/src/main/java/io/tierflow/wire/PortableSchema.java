package io.tierflow.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.apache.avro.Schema;

/**
 * A generated class's schema without what only Java's generated code needs ({@code
 * avro.java.string}), as other languages should see it and as it is kept.
 */
final class PortableSchema {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String JAVA_STRING = "avro.java.string";

  private PortableSchema() {}

  /** The same schema as the contract's file has it. */
  static Schema of(Schema generated) {
    try {
      JsonNode tree = withoutJava(JSON.readTree(generated.toString()));
      return new Schema.Parser().parse(JSON.writeValueAsString(tree));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the schema of " + generated.getFullName(), e);
    }
  }

  private static JsonNode withoutJava(JsonNode node) {
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, withoutJava(array.get(i)));
      }
      return array;
    }
    if (!(node instanceof ObjectNode object)) {
      return node;
    }
    object.remove(JAVA_STRING);
    if (object.size() == 1 && "string".equals(object.path("type").asText())) {
      return TextNode.valueOf("string");
    }
    for (String name : object.properties().stream().map(e -> e.getKey()).toList()) {
      object.set(name, withoutJava(object.get(name)));
    }
    return object;
  }
}
