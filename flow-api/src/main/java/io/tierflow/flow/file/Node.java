package io.tierflow.flow.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A document with the place of every part: what YAML, JSON and the builder are read into. */
sealed interface Node {

  Place place();

  /** What a person calls this, for "found …". */
  String describe();

  /** The same without places. */
  JsonNode toJson();

  /** An object; duplicate keys were already reported, and only the first of each is here. */
  record MapNode(Place place, List<Entry> entries) implements Node {

    @Override
    public String describe() {
      return entries.isEmpty() ? "an empty object" : "an object";
    }

    @Override
    public ObjectNode toJson() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      entries.forEach(entry -> json.set(entry.key(), entry.value().toJson()));
      return json;
    }
  }

  /** A key with its place, and what stands under it. */
  record Entry(Place place, String key, Node value) {}

  /** A list. */
  record ListNode(Place place, List<Node> items) implements Node {

    @Override
    public String describe() {
      return items.isEmpty() ? "an empty list" : "a list";
    }

    @Override
    public ArrayNode toJson() {
      ArrayNode json = JsonNodeFactory.instance.arrayNode();
      items.forEach(item -> json.add(item.toJson()));
      return json;
    }
  }

  /** A text, number, boolean or null. */
  record ScalarNode(Place place, JsonNode value) implements Node {

    @Override
    public String describe() {
      if (value.isNull()) {
        return "nothing";
      }
      String text = value.asText();
      String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
      return value.isTextual() ? "'" + shown.replace("\n", "\\n") + "'" : shown;
    }

    @Override
    public JsonNode toJson() {
      return value;
    }
  }
}
