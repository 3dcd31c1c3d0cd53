package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.flow.Launcher;
import io.tierflow.wire.RegistryException;
import io.tierflow.wire.SchemaRegistry;
import io.tierflow.wire.SettingsFile;
import io.tierflow.wire.Subject;
import io.tierflow.wire.WireCodecs;
import io.tierflow.wire.topics.TopicNames;
import io.tierflow.wire.topics.TopicType;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Asks a registry one thing about every topic's subject. One that refuses does not keep the others
 * from being asked: all that is wrong is told at once.
 */
abstract class RegistryCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      required = true,
      description = "The runners' and workers' settings file, with schema.registry.url in it.")
  private Path kafkaConfig;

  @Option(
      names = "--topic-prefix",
      paramLabel = "PREFIX",
      defaultValue = TopicNames.DEFAULT_PREFIX,
      description = "What all topics' names begin with. Default: ${DEFAULT-VALUE}")
  private String topicPrefix;

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      required = true,
      description = "A resource class, whose task topic has a subject too; repeatable.")
  private List<String> classes;

  @Option(names = "--json", description = "Print one JSON document on standard output, only that.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at the annotation, not the value
  private boolean help;

  /**
   * Asks about one subject.
   *
   * @return the schema's id
   * @throws RegistryException if the registry says no, or nothing
   */
  abstract int ask(SchemaRegistry registry, Subject subject);

  @Override
  public final Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    try {
      SchemaRegistry registry =
          WireCodecs.registry(SettingsFile.read(kafkaConfig))
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          kafkaConfig
                              + ": found no "
                              + WireCodecs.REGISTRY_URL
                              + ", expected the registry's address"));
      return all(registry, new TopicNames(topicPrefix), err);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      return ExitCodes.INVALID;
    } catch (RegistryException.Unavailable e) {
      err.println(e.getMessage());
      return ExitCodes.UNREACHABLE;
    }
  }

  private Set<String> lanes() {
    return classes.stream()
        .flatMap(name -> Launcher.lanes(name).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private int all(SchemaRegistry registry, TopicNames topics, PrintWriter err) {
    Table table = new Table("SUBJECT", "ID", "TYPE");
    ArrayNode items = JsonNodeFactory.instance.arrayNode();
    boolean refused = false;
    for (TopicType topic : TopicType.all(topics, lanes())) {
      Subject subject = Subject.of(topic.topic(), topic.type());
      ObjectNode item = items.addObject().put("subject", subject.name());
      try {
        int id = ask(registry, subject);
        table.row(subject.name(), Integer.toUnsignedString(id), subject.schema().getName());
        item.put("id", Integer.toUnsignedLong(id)).put("type", subject.schema().getName());
      } catch (RegistryException.Refused e) {
        refused = true;
        item.put("detail", e.getMessage());
        err.println(e.getMessage());
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(ClientJson.pretty(JsonNodeFactory.instance.objectNode().set("items", items)));
    } else {
      table.lines().forEach(out::println);
    }
    out.flush();
    return refused ? ExitCodes.FAILED : ExitCodes.OK;
  }
}
