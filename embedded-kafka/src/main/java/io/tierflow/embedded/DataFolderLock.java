package io.tierflow.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Holds a data folder for one cluster. Kafka's own lock comes too late: the controller of a second
 * broker has written into the first one's metadata by then, and has destroyed it. The lock ends
 * with its process, however that ends. Thread-safe.
 */
final class DataFolderLock implements AutoCloseable {

  private static final String FILE = "in-use.lock";

  private final FileChannel channel;

  private DataFolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the folder, which is made if it is missing.
   *
   * @throws BrokerStartException if another cluster has it, or it cannot be written
   */
  static DataFolderLock take(Path dataDir) {
    Path file = dataDir.resolve(FILE);
    try {
      Files.createDirectories(dataDir);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (!isTaken(channel)) {
          throw inUse(dataDir, file);
        }
        sign(channel);
        return new DataFolderLock(channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new BrokerStartException("cannot prepare the data folder " + dataDir + ": " + e, e);
    }
  }

  /** Gives the folder back. May be called again. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says to whom finds it taken by which process. */
  private static void sign(FileChannel channel) throws IOException {
    channel.truncate(0);
    channel.write(
        ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  private static boolean isTaken(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // another cluster of this process has it
    }
  }

  private static BrokerStartException inUse(Path dataDir, Path file) throws IOException {
    String holder = Files.readString(file).strip();
    return new BrokerStartException(
        "data folder "
            + dataDir
            + ": found it in use by another broker"
            + (holder.isEmpty() ? "" : ", process " + holder)
            + "; stop that one, or choose another folder with --data DIR");
  }
}
