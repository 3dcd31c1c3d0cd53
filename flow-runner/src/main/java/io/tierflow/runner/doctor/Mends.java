package io.tierflow.runner.doctor;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The commands that mend things, ready to be run.
 *
 * @param bootstrap Kafka's addresses
 * @param kafkaConfig the settings file of the clients, if there is one
 */
record Mends(String bootstrap, Optional<String> kafkaConfig) {

  String createTopic(String topic, int partitions, Map<String, String> settings) {
    String configs =
        new TreeMap<>(settings)
            .entrySet().stream()
                .map(each -> " --config " + each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining());
    return script("kafka-topics.sh")
        + " --create --topic "
        + topic
        + " --partitions "
        + partitions
        + configs;
  }

  String topicSetting(String topic, String setting, String value) {
    return setting("topics --entity-name " + topic, setting, value);
  }

  String groupSetting(String group, String setting, String value) {
    return setting("groups --entity-name " + group, setting, value);
  }

  /** For settings that brokers take up while they run. */
  String brokersSetting(String setting, String value) {
    return setting("brokers --entity-default", setting, value);
  }

  /** For settings that brokers read when they start. */
  String brokerFile(String setting, String value) {
    return "set " + setting + "=" + value + " in every broker's file, restart them one by one";
  }

  String allow(String what, String operation) {
    return script("kafka-acls.sh")
        + " --add --allow-principal User:NAME --operation "
        + operation
        + " "
        + what;
  }

  String topicState(String topic) {
    return script("kafka-topics.sh") + " --describe --topic " + topic;
  }

  /** Prints one record's bytes. */
  String showRecord(Facts.Unread record) {
    return script("kafka-console-consumer.sh")
        + " --topic "
        + record.topic()
        + " --partition "
        + record.partition()
        + " --offset "
        + record.offset()
        + " --max-messages 1";
  }

  /** Starts who works a lane: a pool's worker, or another launcher's slots in a runner. */
  String serve(String lane) {
    int dot = lane.indexOf('.');
    return dot < 0
        ? "tierflow worker --bootstrap "
            + bootstrap
            + config(" --kafka-config")
            + " --class "
            + lane
            + " --slots N"
        : "start a runner with --"
            + lane.substring(dot + 1)
            + " for class "
            + lane.substring(0, dot)
            + " (docs/launchers.md)";
  }

  String registerSchemas() {
    return "tierflow schemas register" + config(" --kafka-config") + " --class CLASS";
  }

  private String setting(String entity, String setting, String value) {
    // Brackets keep a list of several values together.
    String text = value.contains(",") ? "[" + value + "]" : value;
    return script("kafka-configs.sh")
        + " --alter --entity-type "
        + entity
        + " --add-config "
        + setting
        + "="
        + text;
  }

  private String script(String name) {
    return name + " --bootstrap-server " + bootstrap + config(" --command-config");
  }

  private String config(String option) {
    return kafkaConfig.map(file -> option + " " + file).orElse("");
  }
}
