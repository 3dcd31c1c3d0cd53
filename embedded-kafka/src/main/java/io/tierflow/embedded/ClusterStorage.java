package io.tierflow.embedded;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data folder of a cluster: a file {@code cluster-id} and a folder {@code node-N} per node.
 *
 * <p>Preparing it is idempotent: a folder in use before keeps its cluster id and its data.
 */
final class ClusterStorage {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterStorage.class);

  private static final String ID_FILE = "cluster-id";
  private static final String NODE_PREFIX = "node-";

  private final Path dataDir;

  private ClusterStorage(Path dataDir) {
    this.dataDir = dataDir;
  }

  /**
   * Makes {@code dataDir} ready for {@code nodes} nodes.
   *
   * @throws BrokerStartException if it cannot be written, or was made for another count of nodes
   */
  static ClusterStorage prepare(Path dataDir, int nodes) {
    ClusterStorage storage = new ClusterStorage(dataDir);
    try {
      Files.createDirectories(dataDir);
      String clusterId = storage.clusterId();
      storage.requireSameSize(nodes);
      for (int node = 0; node < nodes; node++) {
        storage.format(node, clusterId);
      }
      return storage;
    } catch (IOException e) {
      throw new BrokerStartException("cannot prepare the data folder " + dataDir + ": " + e, e);
    }
  }

  Path nodeDir(int node) {
    return dataDir.resolve(NODE_PREFIX + node);
  }

  private String clusterId() throws IOException {
    Path file = dataDir.resolve(ID_FILE);
    try {
      String found = Files.readString(file).strip();
      if (found.isEmpty()) {
        throw new BrokerStartException(file + ": found an empty file, expected a cluster id");
      }
      return found;
    } catch (NoSuchFileException e) {
      String fresh = Uuid.randomUuid().toString();
      Path written = Files.writeString(dataDir.resolve(ID_FILE + ".new"), fresh + "\n");
      // Whole or not at all: a half-written id would lock the data out.
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
      return fresh;
    }
  }

  private void requireSameSize(int nodes) throws IOException {
    long found;
    try (Stream<Path> children = Files.list(dataDir)) {
      found =
          children.filter(child -> child.getFileName().toString().startsWith(NODE_PREFIX)).count();
    }
    if (found != 0 && found != nodes) {
      throw new BrokerStartException(
          dataDir
              + ": found data of "
              + found
              + " node(s), expected "
              + nodes
              + "; a cluster keeps its size, so use another data folder");
    }
  }

  private void format(int node, String clusterId) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    String dir = nodeDir(node).toString();
    try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(out)
          .setNodeId(node)
          .setClusterId(clusterId)
          .addDirectory(dir)
          .setMetadataLogDirectory(dir)
          .setControllerListenerName(NodeSettings.CONTROLLER_LISTENER)
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setIgnoreFormatted(true)
          .setHasDynamicQuorum(false)
          .run();
    } catch (Exception e) { // Formatter.run() declares no narrower one
      throw new BrokerStartException("cannot format " + dir + ": " + e.getMessage(), e);
    }
    LOG.debug("{}: {}", dir, said.toString(StandardCharsets.UTF_8).strip());
  }
}
