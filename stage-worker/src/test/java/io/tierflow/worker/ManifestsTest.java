package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

/** The Kubernetes manifests: sound YAML that names options and objects which there are. */
class ManifestsTest {

  private static final Path FOLDER = Path.of("..", "deploy", "kubernetes");

  @Test
  void everyObjectHasKindAndNameAndIsThereOnce() throws IOException {
    Set<String> seen = new HashSet<>();
    for (Map<?, ?> object : objects()) {
      assertThat(text(object, "apiVersion")).matches("([a-z.]+/)?v[0-9a-z]+");
      String id = text(object, "kind") + "/" + text(object, "metadata", "name");
      assertThat(seen.add(id)).as(id).isTrue();
    }
    assertThat(seen).contains("Deployment/tierflow-small", "StatefulSet/tierflow-runner");
  }

  @Test
  void workersAreToldWhatTheyUnderstand() throws IOException {
    int workers = 0;
    for (Map<?, ?> object : objects()) {
      if (text(object, "kind").equals("Deployment")) {
        List<String> args = args(object);
        assertThat(args.get(0)).isEqualTo("worker");
        new CommandLine(new WorkerCommand())
            .parseArgs(args.subList(1, args.size()).toArray(String[]::new));
        assertThat(map(object, "spec", "selector", "matchLabels"))
            .isEqualTo(map(object, "spec", "template", "metadata", "labels"));
        workers++;
      }
    }
    assertThat(workers).isEqualTo(2);
  }

  @Test
  void scalersNameAPoolAndTheMetricsOfItsClass() throws IOException {
    List<Map<?, ?>> objects = objects();
    int scalers = 0;
    for (Map<?, ?> object : objects) {
      if (text(object, "kind").equals("ScaledObject")) {
        String target = text(object, "spec", "scaleTargetRef", "name");
        assertThat(objects)
            .anyMatch(
                it ->
                    text(it, "kind").equals("Deployment")
                        && text(it, "metadata", "name").equals(target));
        for (Object trigger : (List<?>) map(object, "spec").get("triggers")) {
          assertThat(text((Map<?, ?>) trigger, "metadata", "query"))
              .contains("tierflow_class_")
              .contains("class=\"" + target.replace("tierflow-", "") + "\"");
        }
        scalers++;
      }
    }
    assertThat(scalers).isEqualTo(2);
  }

  @Test
  void theSchemasOfEveryPoolAreRegistered() throws IOException {
    List<Map<?, ?>> objects = objects();
    Map<?, ?> job =
        objects.stream().filter(it -> text(it, "kind").equals("Job")).findFirst().orElseThrow();
    List<String> classes =
        objects.stream()
            .filter(it -> text(it, "kind").equals("Deployment"))
            .flatMap(it -> args(it).stream())
            .filter(arg -> arg.startsWith("--class="))
            .toList();
    assertThat(classes).hasSize(2);
    assertThat(args(job)).startsWith("schemas", "register").containsAll(classes);
  }

  private static List<String> args(Map<?, ?> object) {
    Map<?, ?> pod = map(object, "spec", "template", "spec");
    Map<?, ?> container = (Map<?, ?>) ((List<?>) pod.get("containers")).get(0);
    return ((List<?>) container.get("args")).stream().map(String::valueOf).toList();
  }

  private static List<Map<?, ?>> objects() throws IOException {
    List<Map<?, ?>> objects = new ArrayList<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.sorted().toList()) {
        Load load = new Load(LoadSettings.builder().setLabel(file.toString()).build());
        load.loadAllFromString(Files.readString(file)).forEach(it -> objects.add((Map<?, ?>) it));
      }
    }
    return objects;
  }

  private static Map<?, ?> map(Map<?, ?> object, String... path) {
    Map<?, ?> at = object;
    for (String key : path) {
      at = (Map<?, ?>) at.get(key);
    }
    return at;
  }

  private static String text(Map<?, ?> object, String... path) {
    Map<?, ?> at = map(object, List.of(path).subList(0, path.length - 1).toArray(String[]::new));
    return String.valueOf(at.get(path[path.length - 1]));
  }
}
