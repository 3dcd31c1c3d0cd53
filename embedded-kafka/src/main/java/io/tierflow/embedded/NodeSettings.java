package io.tierflow.embedded;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The Kafka settings of one embedded node.
 *
 * @param nodeId 0 to {@code ports.size() - 1}
 * @param logDir the node's own folder
 * @param ports the clients' listeners of all nodes, by node id
 * @param controllerPorts the controllers' listeners of all nodes, by node id
 * @param overrides settings that replace those here
 */
record NodeSettings(
    int nodeId,
    Path logDir,
    List<Integer> ports,
    List<Integer> controllerPorts,
    Map<String, String> overrides) {

  static final String CONTROLLER_LISTENER = "CONTROLLER";

  private static final int MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

  Map<String, String> toMap() {
    Map<String, String> settings = new HashMap<>();
    identity(settings);
    replication(settings);
    groups(settings);
    resources(settings);
    settings.putAll(overrides);
    return settings;
  }

  private void identity(Map<String, String> settings) {
    String client = "PLAINTEXT://127.0.0.1:" + ports.get(nodeId);
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(nodeId));
    settings.put("log.dirs", logDir.toString());
    settings.put(
        "listeners",
        client + "," + CONTROLLER_LISTENER + "://127.0.0.1:" + controllerPorts.get(nodeId));
    settings.put("advertised.listeners", client);
    settings.put("controller.listener.names", CONTROLLER_LISTENER);
    settings.put("inter.broker.listener.name", "PLAINTEXT");
    settings.put(
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT");
    StringJoiner voters = new StringJoiner(",");
    for (int id = 0; id < controllerPorts.size(); id++) {
      voters.add(id + "@127.0.0.1:" + controllerPorts.get(id));
    }
    settings.put("controller.quorum.voters", voters.toString());
    settings.put("auto.create.topics.enable", "false");
    // A node that was killed may register again only once its earlier session is over, so this is
    // most of the time a restart takes after a crash (9 s by default).
    settings.put("broker.session.timeout.ms", "3000");
    settings.put("broker.heartbeat.interval.ms", "500");
  }

  private void replication(Map<String, String> settings) {
    String copies = Integer.toString(Math.min(3, ports.size()));
    String inSync = ports.size() < 3 ? "1" : "2";
    settings.put("default.replication.factor", copies);
    settings.put("min.insync.replicas", inSync);
    settings.put("num.partitions", "4");
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("offsets.topic.replication.factor", copies);
    settings.put("transaction.state.log.num.partitions", "4");
    settings.put("transaction.state.log.replication.factor", copies);
    settings.put("transaction.state.log.min.isr", inSync);
    settings.put("share.coordinator.state.topic.num.partitions", "4");
    settings.put("share.coordinator.state.topic.replication.factor", copies);
    settings.put("share.coordinator.state.topic.min.isr", inSync);
  }

  private static void groups(Map<String, String> settings) {
    // The last node of a quorum would wait five minutes for the others to let it go.
    settings.put("controlled.shutdown.enable", "false");
    settings.putAll(GroupSettings.FAST);
  }

  private static void resources(Map<String, String> settings) {
    settings.put("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
    settings.put("replica.fetch.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
    settings.put("log.segment.bytes", megabytes(64));
    settings.put("log.retention.bytes", megabytes(1024));
    settings.put("log.index.size.max.bytes", megabytes(1));
    settings.put("offsets.topic.segment.bytes", megabytes(16));
    settings.put("transaction.state.log.segment.bytes", megabytes(16));
    settings.put("share.coordinator.state.topic.segment.bytes", megabytes(16));
    settings.put("metadata.log.segment.bytes", megabytes(16));
    settings.put("metadata.max.retention.bytes", megabytes(32));
    // The cleaner takes its buffer at once, 128 MB by default.
    settings.put("log.cleaner.dedupe.buffer.size", megabytes(8));
    settings.put("num.io.threads", "4");
    settings.put("num.network.threads", "2");
    settings.put("background.threads", "4");
  }

  private static String megabytes(long count) {
    return Long.toString(count * 1024 * 1024);
  }
}
