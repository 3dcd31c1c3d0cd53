package io.tierflow.flow.file;

import io.tierflow.flow.file.Node.Entry;
import io.tierflow.flow.file.Node.ListNode;
import io.tierflow.flow.file.Node.MapNode;
import io.tierflow.flow.file.Node.ScalarNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks what pipelines wait for: each must exist, and none may wait for itself by any way. */
final class AfterReader {

  private final Problems problems;
  private final Map<String, List<Reference>> references = new LinkedHashMap<>();
  private final Set<String> done = new HashSet<>();

  private record Reference(String name, Place place, String path) {}

  private AfterReader(Problems problems) {
    this.problems = problems;
  }

  static void check(MapNode pipelines, String path, Problems problems) {
    AfterReader reader = new AfterReader(problems);
    Set<String> names = new LinkedHashSet<>(pipelines.entries().stream().map(Entry::key).toList());
    for (Entry pipeline : pipelines.entries()) {
      reader.read(pipeline, Paths.key(path, pipeline.key()), names);
    }
    reader.references.keySet().forEach(name -> reader.walk(name, new ArrayList<>()));
  }

  private void read(Entry pipeline, String path, Set<String> names) {
    List<Reference> sound = new ArrayList<>();
    references.put(pipeline.key(), sound);
    Set<String> seen = new HashSet<>();
    int index = 0;
    for (Node item : afterOf(pipeline.value())) {
      String itemPath = Paths.index(Paths.key(path, "after"), index);
      String name = item instanceof ScalarNode scalar ? scalar.value().asText() : "";
      if (name.equals(pipeline.key())) {
        problems.add(item, itemPath, "another pipeline than itself");
      } else if (!names.contains(name)) {
        problems.add(
            item,
            itemPath,
            "one of the flow's pipelines: "
                + String.join(", ", names)
                + Nearest.suggestion(name, names));
      } else if (!seen.add(name)) {
        problems.add(item.place(), itemPath, "'" + name + "' again", "each pipeline once");
      } else {
        sound.add(new Reference(name, item.place(), itemPath));
      }
      index++;
    }
  }

  private static List<Node> afterOf(Node pipeline) {
    if (pipeline instanceof MapNode map) {
      for (Entry entry : map.entries()) {
        if (entry.key().equals("after") && entry.value() instanceof ListNode list) {
          return list.items();
        }
      }
    }
    return List.of();
  }

  /** Depth first; what stands on the way already closes a cycle. */
  private void walk(String name, List<String> way) {
    if (done.contains(name)) {
      return;
    }
    way.add(name);
    for (Reference reference : references.get(name)) {
      int start = way.indexOf(reference.name());
      if (start < 0) {
        walk(reference.name(), way);
      } else {
        List<String> cycle = new ArrayList<>(way.subList(start, way.size()));
        cycle.add(reference.name());
        problems.add(
            reference.place(),
            reference.path(),
            "the cycle " + String.join(" → ", cycle),
            "pipelines that do not wait for each other");
      }
    }
    way.remove(way.size() - 1);
    done.add(name);
  }
}
