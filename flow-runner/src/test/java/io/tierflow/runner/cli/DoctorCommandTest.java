package io.tierflow.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.embedded.BrokerConfig;
import io.tierflow.embedded.EmbeddedBroker;
import io.tierflow.runner.cli.Tierflow.Ended;
import io.tierflow.schemas.FlowVersion;
import io.tierflow.schemas.FlowVersions;
import io.tierflow.schemas.WorkerStatus;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.topics.TopicNames;
import io.tierflow.wire.topics.TopicSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor against a real broker, on which some things are not as they should be. */
class DoctorCommandTest {

  private static final TopicNames NAMES = TopicNames.ofDefaults();

  @TempDir static Path folder;

  @Test
  void saysWhatToMendOfARealCluster() throws Exception {
    BrokerConfig config =
        BrokerConfig.in(folder)
            .withOverrides(
                Map.of(
                    "authorizer.class.name",
                    "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                    "allow.everyone.if.no.acl.found",
                    "true"));
    ScheduledExecutorService announcing = Executors.newSingleThreadScheduledExecutor();
    try (EmbeddedBroker broker = EmbeddedBroker.start(config);
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        Tierflow runner = new Tierflow()) {
      topicsButForTheErrors(admin);
      String flow = garbage(producer, NAMES.flows(), "broken");
      garbage(producer, NAMES.flows(), "weather"); // what comes later counts
      send(producer, NAMES.flows(), "weather", weather()).get();
      String announcement = garbage(producer, NAMES.workers(), "w2");
      producer
          .send(
              new ProducerRecord<>(
                  NAMES.workers(),
                  null,
                  Instant.now().minusSeconds(600).toEpochMilli(),
                  bytes("killed"),
                  encoded(NAMES.workers(), worker("killed", Duration.ZERO))))
          .get();
      var unusedTimer =
          announcing.scheduleAtFixedRate(
              () -> {
                var unused =
                    send(producer, NAMES.workers(), "w1", worker("w1", Duration.ofMinutes(-5)));
              },
              0,
              200,
              TimeUnit.MILLISECONDS);
      forbidWritingCommands(admin);

      Ended ended =
          Tierflow.bare(
              "doctor",
              "--json",
              "--bootstrap",
              broker.bootstrap(),
              "--runner",
              runner.url(),
              "--runner",
              "http://127.0.0.1:1");

      assertThat(ended.exitCode()).isEqualTo(1);
      assertThat(told(ended.json()))
          .contains(
              "WARNING brokers cluster: 1 broker",
              "ERROR topics tierflow.errors: no such topic",
              "ERROR topics tierflow.flows: cleanup.policy=delete",
              "ERROR topics tierflow.tasks.large: no such topic",
              "ERROR groups tierflow.runner: no such group",
              "ERROR groups tierflow.workers.small: no member, while live workers announce 7 slots",
              "ERROR rights topic tierflow.commands: this principal may not Write",
              "ERROR runners http://127.0.0.1:1: does not answer: connection refused",
              "ERROR pools class large: no live worker",
              "ERROR pools class small: no live worker has handler fit")
          .noneMatch(line -> line.contains(runner.url()))
          .noneMatch(line -> line.startsWith("WARNING rights") || line.contains("may not Read"))
          .anyMatch(line -> line.startsWith("WARNING pools workers: 1 that fell silent: killed on"))
          .anyMatch(line -> line.startsWith(unreadable("ERROR", NAMES.flows(), flow, "broken")))
          .anyMatch(
              line -> line.startsWith(unreadable("WARNING", NAMES.workers(), announcement, "w2")))
          .anyMatch(line -> line.matches("WARNING clocks worker w1 .* behind this one"));
      assertThat(ended.json().path("errors").asInt())
          .isEqualTo(told(ended.json()).stream().filter(l -> l.startsWith("ERROR")).count());
    } finally {
      announcing.shutdownNow();
    }
  }

  @Test
  void saysWithItsExitCodeThatKafkaIsNotThere() throws Exception {
    Ended ended = Tierflow.bare("doctor", "--bootstrap", "nowhere.invalid:9092", "--json");

    assertThat(ended.exitCode()).isEqualTo(3);
    assertThat(ended.json().path("detail").asText()).contains("nowhere.invalid:9092");
  }

  @Test
  void refusesARoleThatThereIsNot() {
    Ended ended = Tierflow.bare("doctor", "--bootstrap", "127.0.0.1:1", "--as", "king");

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err()).contains("found 'king', expected runner or worker");
  }

  private static List<String> told(JsonNode document) {
    List<String> lines = new ArrayList<>();
    document
        .path("findings")
        .forEach(
            finding ->
                lines.add(
                    finding.path("severity").asText()
                        + " "
                        + finding.path("area").asText()
                        + " "
                        + finding.path("subject").asText()
                        + ": "
                        + finding.path("found").asText()));
    return lines;
  }

  private static void topicsButForTheErrors(Admin admin) throws Exception {
    List<NewTopic> topics = new ArrayList<>();
    topics.add(topic(TopicSettings.tasks(NAMES, "small")));
    for (TopicSettings settings : TopicSettings.ofRunner(NAMES)) {
      if (settings.name().equals(NAMES.flows())) {
        topics.add(topic(new TopicSettings(settings.name(), 1, Map.of())));
      } else if (!settings.name().equals(NAMES.errors())) {
        topics.add(topic(settings));
      }
    }
    admin.createTopics(topics).all().get();
  }

  private static NewTopic topic(TopicSettings settings) {
    return new NewTopic(settings.name(), Optional.of(settings.partitions()), Optional.empty())
        .configs(settings.configs());
  }

  private static void forbidWritingCommands(Admin admin) throws Exception {
    ResourcePattern commands =
        new ResourcePattern(ResourceType.TOPIC, NAMES.commands(), PatternType.LITERAL);
    AclBinding everything = acl(commands, AclOperation.ALL, AclPermissionType.ALLOW);
    AclBinding butWriting = acl(commands, AclOperation.WRITE, AclPermissionType.DENY);
    admin.createAcls(List.of(everything, butWriting)).all().get();
  }

  private static AclBinding acl(
      ResourcePattern what, AclOperation operation, AclPermissionType type) {
    return new AclBinding(what, new AccessControlEntry("User:ANONYMOUS", "*", operation, type));
  }

  private static FlowVersions weather() {
    String definition =
        """
        {"flow": "weather", "pipelines": {"main": {"stages": [
          {"stage": "fetch", "handler": "echo", "class": "small"},
          {"stage": "model", "handler": "fit", "class": "small"},
          {"stage": "core", "handler": "echo", "class": "large"}]}}}
        """;
    return new FlowVersions("weather", List.of(new FlowVersion(1, definition, Instant.now())));
  }

  private static WorkerStatus worker(String id, Duration ahead) {
    Instant now = Instant.now().plus(ahead);
    return WorkerStatus.newBuilder()
        .setWorker(id)
        .setPool("small")
        .setResourceClass("small")
        .setHost("host")
        .setPid(1)
        .setVersion("1.0")
        .setSlots(7)
        .setBusy(0)
        .setHandlers(List.of("echo"))
        .setMemoryUsedBytes(0)
        .setMemoryMaxBytes(0)
        .setStartedAt(now)
        .setHeartbeatAt(now)
        .build();
  }

  private static String unreadable(String severity, String topic, String place, String key) {
    return severity + " topics " + topic + ": 1 not readable: " + place + " (" + key + "): ";
  }

  /** Sends what is no value of any kind, and tells where it went. */
  private static String garbage(KafkaProducer<byte[], byte[]> producer, String topic, String key)
      throws Exception {
    return producer
        .send(new ProducerRecord<>(topic, bytes(key), bytes("garbage")))
        .get()
        .toString();
  }

  private static byte[] encoded(String topic, SpecificRecord value) {
    return new SingleObjectCodec().encode(topic, value);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Future<?> send(
      KafkaProducer<byte[], byte[]> producer, String topic, String key, SpecificRecord value) {
    return producer.send(new ProducerRecord<>(topic, bytes(key), encoded(topic, value)));
  }
}
