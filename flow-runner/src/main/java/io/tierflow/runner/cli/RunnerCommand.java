package io.tierflow.runner.cli;

import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.runner.engine.EngineConfig;
import io.tierflow.runner.http.HttpConfig;
import io.tierflow.runner.http.PortUnavailableException;
import io.tierflow.wire.SettingsFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a runner until it is told to stop. */
@Command(
    name = "runner",
    description = "Run a runner: it advances runs through Kafka and serves the HTTP API.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "1:the port cannot be bound",
      "2:the command line or a setting is not valid",
      "3:Kafka cannot be reached",
      "130:stopped by SIGINT (Ctrl-C), in an orderly way",
      "143:stopped by SIGTERM, in an orderly way"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tierflow runner --bootstrap 127.0.0.1:9092 --data /var/lib/tierflow",
      "  tierflow runner --bootstrap kafka-1:9093 --data /var/lib/tierflow --http-host 0.0.0.0"
          + " --standby-replicas 1 --kafka-config tls.properties"
    })
public final class RunnerCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      required = true,
      description = "Kafka's addresses, separated by commas.")
  private String bootstrap;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "Where the state stores lie; a lost folder is filled again from Kafka.")
  private Path data;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "The HTTP API's port; 0 takes a free one. Default: ${DEFAULT-VALUE}")
  private int httpPort;

  @Option(
      names = "--http-host",
      paramLabel = "HOST",
      defaultValue = HttpConfig.DEFAULT_HOST,
      description = {
        "The address to listen on. Default: ${DEFAULT-VALUE}",
        "The API has no authentication: whoever reaches it can use it."
      })
  private String httpHost;

  @Option(
      names = "--topic-prefix",
      paramLabel = "PREFIX",
      defaultValue = EngineConfig.DEFAULT_TOPIC_PREFIX,
      description = "What all topics' names begin with. Default: ${DEFAULT-VALUE}")
  private String topicPrefix;

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description = "A resource class that flows may name before its pool is up; repeatable.")
  private List<String> classes = List.of();

  @Option(
      names = "--advertised",
      paramLabel = "URL",
      description = "Where other runners reach this one. Default: from --http-host and the port.")
  private String advertised;

  @Option(
      names = "--standby-replicas",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "How many other runners keep a warm copy of the state. Default: ${DEFAULT-VALUE}")
  private int standbyReplicas;

  @Option(
      names = "--alert-webhook",
      paramLabel = "URL",
      converter = WebhookUrl.class,
      description =
          "Where what is missing is posted to as JSON, beside the log; repeatable. Every runner"
              + " should name the same.")
  private List<URI> alertWebhooks = List.of();

  @Option(
      names = "--run-retention",
      paramLabel = "TIME",
      defaultValue = "7d",
      converter = RunRetention.Reader.class,
      description = {
        "How long a run is kept after it ended: a time such as 12h or 30d, at least 1m,",
        "or 'forever'. Default: ${DEFAULT-VALUE}"
      })
  private RunRetention runRetention;

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description = {
        "Further settings of every Kafka client, a properties file; with",
        "schema.registry.url in it, records are written through that registry."
      })
  private Path kafkaConfig;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at the annotation, not the value
  private boolean help;

  private final EngineFactory factory;

  /** Starts its engine with this factory. */
  public RunnerCommand(EngineFactory factory) {
    this.factory = factory;
  }

  @Override
  public Integer call() {
    HttpConfig http;
    EngineConfig engine;
    try {
      int port = httpPort == 0 ? LocalAddress.freePort(httpHost) : httpPort;
      http = new HttpConfig(httpHost, port, HttpConfig.DEFAULT_MAX_BODY_BYTES);
      engine =
          new EngineConfig(
              bootstrap,
              topicPrefix,
              data,
              advertised == null ? LocalAddress.url(httpHost, port) : advertised,
              Set.copyOf(classes),
              standbyReplicas,
              kafkaConfig == null ? Map.of() : SettingsFile.read(kafkaConfig),
              alertWebhooks,
              runRetention.time());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    return run(engine, http);
  }

  private int run(EngineConfig engine, HttpConfig http) {
    try (RunnerProcess process = RunnerProcess.start(engine, http, factory)) {
      Runtime.getRuntime().addShutdownHook(new Thread(process::close, "runner-stop"));
      if (process.awaitReady()) {
        spec.commandLine().getOut().println("ready " + process.baseUri());
        spec.commandLine().getOut().flush();
      }
      process.awaitClosed();
      return ExitCodes.OK;
    } catch (UnavailableException e) {
      return failed(ExitCodes.UNREACHABLE, e);
    } catch (PortUnavailableException e) {
      return failed(ExitCodes.FAILED, e);
    } catch (IllegalArgumentException e) {
      return failed(ExitCodes.INVALID, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.OK;
    }
  }

  private int failed(int exitCode, RuntimeException e) {
    spec.commandLine().getErr().println(e.getMessage());
    return exitCode;
  }
}
