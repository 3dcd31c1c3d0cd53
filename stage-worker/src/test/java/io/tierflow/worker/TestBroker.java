package io.tierflow.worker;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** A real broker in this process, one for all tests of the module; each test has its own topics. */
final class TestBroker {

  /** Locks may be this short here, so that renewals show within seconds. */
  static final int MIN_LOCK_MILLIS = 1000;

  private static TestBroker instance;

  private final String bootstrap;

  private TestBroker(String bootstrap) {
    this.bootstrap = bootstrap;
  }

  String bootstrap() {
    return bootstrap;
  }

  static synchronized TestBroker shared() throws Exception {
    if (instance == null) {
      instance = start(Files.createTempDirectory("broker"));
    }
    return instance;
  }

  private static TestBroker start(Path data) throws Exception {
    int port = freePort();
    int controllerPort = freePort();
    String log = data.resolve("log").toString();
    try (PrintStream quiet = new PrintStream(PrintStream.nullOutputStream(), false, "UTF-8")) {
      new Formatter()
          .setPrintStream(quiet)
          .setNodeId(1)
          .setClusterId(Uuid.randomUuid().toString())
          .setDirectories(List.of(log))
          .setMetadataLogDirectory(log)
          .setControllerListenerName("CONTROLLER")
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setIgnoreFormatted(true)
          .setHasDynamicQuorum(false)
          .run();
    }
    Map<String, String> properties = new HashMap<>();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", "1");
    properties.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    properties.put(
        "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("log.dirs", log);
    properties.put("auto.create.topics.enable", "false");
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("group.share.heartbeat.interval.ms", "500");
    properties.put("group.share.min.heartbeat.interval.ms", "500");
    properties.put("group.share.assignment.interval.ms", "0");
    properties.put("group.share.min.assignment.interval.ms", "0");
    properties.put("group.share.min.record.lock.duration.ms", String.valueOf(MIN_LOCK_MILLIS));
    for (String topic : List.of("offsets", "transaction.state.log", "share.coordinator.state")) {
      String of = topic.equals("transaction.state.log") ? topic : topic + ".topic";
      properties.put(of + ".replication.factor", "1");
      properties.put(of + ".num.partitions", "4");
    }
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("share.coordinator.state.topic.min.isr", "1");
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
    server.startup();
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
    return new TestBroker("127.0.0.1:" + port);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
