package io.tierflow.flow.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tierflow.flow.file.Node.Entry;
import io.tierflow.flow.file.Node.ListNode;
import io.tierflow.flow.file.Node.MapNode;
import io.tierflow.flow.file.Node.ScalarNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Reads YAML 1.2 (core schema) into nodes with places. */
final class YamlSource {

  private final Problems problems;
  private final Limits.Counter counter = new Limits.Counter();

  private YamlSource(Problems problems) {
    this.problems = problems;
  }

  /** The document, or nothing when a problem was added that leaves none. */
  static Optional<Node> read(String text, Problems problems) {
    return read(text, problems, "a flow: an object with flow and pipelines");
  }

  /** The same, of something else than a flow. */
  static Optional<Node> read(String text, Problems problems, String expected) {
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setCodePointLimit(Limits.TEXT)
            // All at once: the reader of the library fails on an emoji across two buffers.
            .setBufferSize(Math.max(1024, text.length() + 1))
            .setMaxAliasesForCollections(Limits.ALIASES)
            .build();
    try {
      checkDepth(text, settings);
      var document = new Compose(settings).composeString(text);
      if (document.isEmpty()) {
        problems.add(new Place(1, 1), "", "nothing", expected);
        return Optional.empty();
      }
      return Optional.of(new YamlSource(problems).convert(document.get(), "", 0));
    } catch (MarkedYamlEngineException e) {
      Place place = e.getProblemMark().or(e::getContextMark).map(YamlSource::place).orElse(start());
      problems.add(place, "", describe(e), "YAML");
    } catch (ReaderException e) {
      problems.add(
          placeOf(text, e.getPosition()),
          "",
          String.format("the character U+%04X", e.getCodePoint()),
          "printable text");
    } catch (YamlEngineException e) {
      problems.add(start(), "", String.valueOf(e.getMessage()), "YAML");
    } catch (NumberFormatException e) {
      // The library counts on digits here, and does not say where it did.
      problems.add(start(), "", "an escape like \\x or \\u without its digits", "YAML");
    }
    return Optional.empty();
  }

  /** Composing recurses, so the depth is looked at before. */
  private static void checkDepth(String text, LoadSettings settings) {
    int depth = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      if (event instanceof CollectionStartEvent) {
        depth++;
        Limits.checkDepth(place(event.getStartMark()), depth);
      } else if (event instanceof CollectionEndEvent) {
        depth--;
      }
    }
  }

  private Node convert(org.snakeyaml.engine.v2.nodes.Node node, String path, int depth) {
    Place place = place(node.getStartMark());
    counter.count(place, depth);
    if (node instanceof MappingNode mapping) {
      return map(mapping, place, path, depth);
    }
    if (node instanceof SequenceNode sequence) {
      List<Node> items = new ArrayList<>();
      for (var item : sequence.getValue()) {
        items.add(convert(item, Paths.index(path, items.size()), depth + 1));
      }
      return new ListNode(place, items);
    }
    var scalar = (org.snakeyaml.engine.v2.nodes.ScalarNode) node;
    return new ScalarNode(place, value(scalar, place, path));
  }

  private MapNode map(MappingNode mapping, Place place, String path, int depth) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Place keyPlace = place(tuple.getKeyNode().getStartMark());
      if (!(tuple.getKeyNode() instanceof org.snakeyaml.engine.v2.nodes.ScalarNode keyNode)) {
        problems.add(keyPlace, path, "an object or list as a key", "a text as a key");
        continue;
      }
      String key = keyNode.getValue();
      String keyPath = Paths.key(path, key);
      Node value = convert(tuple.getValueNode(), keyPath, depth + 1);
      Entry before = entries.putIfAbsent(key, new Entry(keyPlace, key, value));
      if (before != null) {
        reportDuplicate(problems, keyPlace, keyPath, key, before.place());
      }
    }
    return new MapNode(place, List.copyOf(entries.values()));
  }

  static void reportDuplicate(
      Problems problems, Place place, String path, String key, Place first) {
    problems.add(
        place,
        path,
        "the key '" + key + "' again",
        "each key once (it stands at " + first.line() + ":" + first.column() + " already)");
  }

  private JsonNode value(
      org.snakeyaml.engine.v2.nodes.ScalarNode scalar, Place place, String path) {
    String text = scalar.getValue();
    Tag tag = scalar.getTag();
    if (tag.equals(Tag.NULL)) {
      return NullNode.instance;
    }
    if (tag.equals(Tag.BOOL)) {
      return BooleanNode.valueOf(Boolean.parseBoolean(text));
    }
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      return number(text, place, path);
    }
    if (!tag.equals(Tag.STR)) {
      problems.add(place, path, "the tag " + tag.getValue(), "a text, number, boolean or null");
    }
    return TextNode.valueOf(text);
  }

  private JsonNode number(String text, Place place, String path) {
    Optional<JsonNode> number = Numbers.parse(text);
    if (number.isEmpty()) {
      problems.add(place, path, text, "a number that JSON can hold, or a text in quotes");
    }
    return number.orElse(NullNode.instance);
  }

  private static String describe(MarkedYamlEngineException e) {
    String context = e.getContext() == null ? "" : e.getContext() + ": ";
    return context + e.getProblem();
  }

  private static Place start() {
    return new Place(1, 1);
  }

  private static Place place(Optional<Mark> mark) {
    return mark.map(YamlSource::place).orElse(Place.NONE);
  }

  private static Place place(Mark mark) {
    return new Place(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private static Place placeOf(String text, int position) {
    String before = text.substring(0, Math.min(position, text.length()));
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    return new Place(line, before.length() - before.lastIndexOf('\n'));
  }
}
