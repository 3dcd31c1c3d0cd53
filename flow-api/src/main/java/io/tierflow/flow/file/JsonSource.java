package io.tierflow.flow.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tierflow.flow.file.Node.Entry;
import io.tierflow.flow.file.Node.ListNode;
import io.tierflow.flow.file.Node.MapNode;
import io.tierflow.flow.file.Node.ScalarNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads JSON into nodes with places. JSON is nearly YAML, but tabs, long keys and escapes differ,
 * and this is several times faster.
 */
final class JsonSource {

  private static final JsonFactory FACTORY = new JsonFactory();

  private final JsonParser parser;
  private final Problems problems;
  private final boolean places;
  private final Limits.Counter counter = new Limits.Counter();

  private JsonSource(JsonParser parser, Problems problems, boolean places) {
    this.parser = parser;
    this.problems = problems;
    this.places = places;
  }

  /** The document; nothing, and no problem added, when the text is not JSON. */
  static Optional<Node> read(String text, Problems problems) {
    Problems found = problems.fresh();
    try (JsonParser parser = FACTORY.createParser(text)) {
      JsonSource source = new JsonSource(parser, found, true);
      parser.nextToken();
      Node document = source.convert("", 0);
      if (parser.nextToken() != null) {
        return Optional.empty();
      }
      problems.addAll(found);
      return Optional.of(document);
    } catch (JsonProcessingException e) {
      return Optional.empty(); // the caller reads it as YAML, whose error is the one to tell
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a string does no input
    }
  }

  /** A tree that came from no text. */
  static Node read(JsonNode tree, Problems problems) {
    try (JsonParser parser = FACTORY.createParser(tree.toString())) {
      parser.nextToken();
      return new JsonSource(parser, problems, false).convert("", 0);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a tree of JSON: " + e.getMessage(), e);
    }
  }

  private Node convert(String path, int depth) throws IOException {
    Place place = place();
    counter.count(place, depth);
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> map(place, path, depth);
      case START_ARRAY -> list(place, path, depth);
      case VALUE_TRUE -> new ScalarNode(place, BooleanNode.TRUE);
      case VALUE_FALSE -> new ScalarNode(place, BooleanNode.FALSE);
      case VALUE_NULL -> new ScalarNode(place, NullNode.instance);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new ScalarNode(place, number(place, path));
      default -> new ScalarNode(place, TextNode.valueOf(parser.getText()));
    };
  }

  private Node map(Place place, String path, int depth) throws IOException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      String keyPath = Paths.key(path, key);
      Place keyPlace = place();
      parser.nextToken();
      Entry before =
          entries.putIfAbsent(key, new Entry(keyPlace, key, convert(keyPath, depth + 1)));
      if (before != null) {
        YamlSource.reportDuplicate(problems, keyPlace, keyPath, key, before.place());
      }
    }
    return new MapNode(place, List.copyOf(entries.values()));
  }

  private Node list(Place place, String path, int depth) throws IOException {
    List<Node> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(convert(Paths.index(path, items.size()), depth + 1));
    }
    return new ListNode(place, items);
  }

  private JsonNode number(Place place, String path) throws IOException {
    Optional<JsonNode> number = Numbers.parse(parser.getText());
    if (number.isEmpty()) {
      problems.add(place, path, "a number too large", "a number that a double can hold");
    }
    return number.orElse(NullNode.instance);
  }

  private Place place() {
    if (!places) {
      return Place.NONE;
    }
    JsonLocation location = parser.currentTokenLocation();
    return new Place(location.getLineNr(), location.getColumnNr());
  }
}
