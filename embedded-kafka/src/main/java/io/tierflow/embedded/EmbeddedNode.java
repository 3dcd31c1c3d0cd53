package io.tierflow.embedded;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/** One node of an embedded cluster, which can be stopped and started again. Thread-safe. */
final class EmbeddedNode {

  private final NodeSettings settings;
  private KafkaRaftServer server; // guarded by this; null while stopped

  EmbeddedNode(NodeSettings settings) {
    this.settings = settings;
  }

  String address() {
    return "127.0.0.1:" + settings.ports().get(settings.nodeId());
  }

  synchronized void start() {
    if (server != null) {
      return;
    }
    KafkaRaftServer starting = null;
    try {
      starting = new KafkaRaftServer(new KafkaConfig(settings.toMap(), false), Time.SYSTEM);
      starting.startup();
      server = starting;
    } catch (RuntimeException e) {
      if (starting != null) {
        shutDownAfter(e, starting);
      }
      throw new BrokerStartException(
          "Kafka node " + settings.nodeId() + " in " + settings.logDir() + " failed: " + rootOf(e),
          e);
    }
  }

  synchronized void stop() {
    if (server != null) {
      KafkaRaftServer stopping = server;
      server = null;
      stopping.shutdown();
      stopping.awaitShutdown();
    }
  }

  private static void shutDownAfter(RuntimeException failure, KafkaRaftServer starting) {
    try {
      starting.shutdown();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private static String rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
