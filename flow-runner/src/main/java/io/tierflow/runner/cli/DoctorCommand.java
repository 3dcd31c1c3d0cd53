package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.runner.doctor.Area;
import io.tierflow.runner.doctor.Doctor;
import io.tierflow.runner.doctor.Finding;
import io.tierflow.runner.doctor.Finding.Severity;
import io.tierflow.runner.doctor.Report;
import io.tierflow.runner.doctor.Role;
import io.tierflow.wire.SettingsFile;
import io.tierflow.wire.topics.BrokerAccess.UnknownHostsException;
import io.tierflow.wire.topics.TopicNames;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Checks a deployment and says what to mend; it changes nothing. */
@Command(
    name = "doctor",
    description = {
      "Check a deployment and say what to mend; change nothing.",
      "It looks at brokers, topics, groups, rights, registry, runners, pools, clocks and versions,"
          + " with the settings that runners and workers have."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing is broken, though there may be warnings",
      "1:something is broken",
      "2:the command line or a setting is not valid",
      "3:Kafka cannot be reached"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tierflow doctor --bootstrap 127.0.0.1:9092",
      "  tierflow doctor --bootstrap kafka-1:9093 --kafka-config kafka.properties"
          + " --runner http://runner-1:8080 --runner http://runner-2:8080"
    })
final class DoctorCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      required = true,
      description = "Kafka's addresses, separated by commas.")
  private String bootstrap;

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description = "The runners' and workers' settings file.")
  private Path kafkaConfig;

  @Option(
      names = "--topic-prefix",
      paramLabel = "PREFIX",
      defaultValue = TopicNames.DEFAULT_PREFIX,
      description = "What all topics' names begin with. Default: ${DEFAULT-VALUE}")
  private String topicPrefix;

  @Option(
      names = "--runner",
      paramLabel = "URL",
      defaultValue = "${env:TIERFLOW_RUNNER:-http://127.0.0.1:8080}",
      description = {
        "A runner to ask; repeatable, name them all.",
        "TIERFLOW_RUNNER names one too. Default: ${DEFAULT-VALUE}"
      })
  private List<String> runners;

  @Option(
      names = "--as",
      paramLabel = "ROLE",
      description =
          "Whose rights the principal of the settings needs: runner or worker. Default: both")
  private String role;

  @Option(names = "--json", description = "Print one JSON document on standard output, only that.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at the annotation, not the value
  private boolean help;

  @Override
  public Integer call() {
    Doctor doctor;
    try {
      doctor =
          new Doctor(
              new Doctor.Order(
                  bootstrap,
                  new TopicNames(topicPrefix).prefix(),
                  kafkaConfig == null ? Map.of() : SettingsFile.read(kafkaConfig),
                  Optional.ofNullable(kafkaConfig).map(Path::toString),
                  new Doctor.Asked(runners.stream().map(DoctorCommand::url).toList(), roles())),
              InstantSource.system());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    return examine(doctor);
  }

  private int examine(Doctor doctor) {
    try {
      Report report = doctor.examine();
      print(report);
      return report.hasErrors() ? ExitCodes.FAILED : ExitCodes.OK;
    } catch (UnknownHostsException e) {
      return failed(ExitCodes.UNREACHABLE, e.getMessage());
    } catch (TimeoutException e) {
      return failed(ExitCodes.UNREACHABLE, "Kafka at " + bootstrap + ": " + e.getMessage());
    } catch (IllegalArgumentException e) {
      return failed(ExitCodes.INVALID, e.getMessage());
    } catch (KafkaException e) {
      return failed(ExitCodes.INVALID, "settings of the Kafka clients: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(ExitCodes.FAILED, "interrupted");
    }
  }

  private int failed(int exitCode, String message) {
    spec.commandLine().getErr().println(message);
    if (json) {
      print(JsonNodeFactory.instance.objectNode().put("detail", message));
    }
    return exitCode;
  }

  private void print(Report report) {
    if (json) {
      print(document(report));
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    for (Finding finding : report.findings()) {
      out.println(finding.severity() + "  " + finding.area().word() + ": " + finding.subject());
      out.println("  found     " + finding.found());
      out.println("  expected  " + finding.expected());
      out.println("  mend      " + finding.mend());
      out.println();
    }
    Table table = new Table("AREA", "LOOKED AT", "ERRORS", "WARNINGS");
    for (Area area : Area.values()) {
      table.row(
          area.word(),
          report.looked().get(area),
          report.count(area, Severity.ERROR),
          report.count(area, Severity.WARNING));
    }
    table.lines().forEach(out::println);
    out.flush();
  }

  private void print(ObjectNode document) {
    spec.commandLine().getOut().println(ClientJson.pretty(document));
    spec.commandLine().getOut().flush();
  }

  private static ObjectNode document(Report report) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    ArrayNode findings = document.putArray("findings");
    for (Finding finding : report.findings()) {
      findings
          .addObject()
          .put("severity", finding.severity().name())
          .put("area", finding.area().word())
          .put("subject", finding.subject())
          .put("found", finding.found())
          .put("expected", finding.expected())
          .put("mend", finding.mend());
    }
    ObjectNode areas = document.putObject("looked");
    for (Area area : Area.values()) {
      areas.put(area.word(), report.looked().get(area));
    }
    return document
        .put("errors", report.count(Severity.ERROR))
        .put("warnings", report.count(Severity.WARNING));
  }

  private Set<Role> roles() {
    if (role == null) {
      return Set.of(Role.values());
    }
    try {
      return Set.of(Role.valueOf(role.toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "--as: found '" + role + "', expected runner or worker", e);
    }
  }

  private static URI url(String text) {
    try {
      URI url = URI.create(text);
      if (Set.of("http", "https").contains(String.valueOf(url.getScheme()))
          && url.getHost() != null) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // Refused below, like a URL of another kind.
    }
    throw new IllegalArgumentException(
        "--runner: found '" + text + "', expected a URL such as http://127.0.0.1:8080");
  }
}
