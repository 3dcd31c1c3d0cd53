package io.tierflow.worker.handlers;

import io.tierflow.handler.StageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/** Writes whole files and appends to shared ones. Thread-safe. */
final class FileWriting {

  // A file lock is held by the whole process: slots of one worker exclude each other by these.
  private static final List<ReentrantLock> LOCKS =
      IntStream.range(0, 64).mapToObj(i -> new ReentrantLock()).toList();

  private FileWriting() {}

  /** Puts a complete file in the place of the old one, if any; gives its size in bytes. */
  static long replace(Path file, byte[] bytes) throws IOException {
    Path folder = createFolder(file);
    // In the same folder: a move is atomic only within one file system.
    Path whole = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(whole, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        writeAll(channel, bytes);
        channel.force(true);
      }
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(whole);
    }
    return bytes.length;
  }

  /** Adds to the end of a file, one writer at a time; gives the bytes added. */
  static long append(Path file, FileContent content)
      throws IOException, StageException, InterruptedException {
    createFolder(file);
    ReentrantLock lock = LOCKS.get(Math.floorMod(file.hashCode(), LOCKS.size()));
    lock.lockInterruptibly();
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock exclusive = channel.lock()) {
      long before = channel.size();
      // A crash may have left half a line; what we add begins on a line of its own.
      boolean torn = before > 0 && !endsWithLineFeed(channel, before);
      byte[] bytes = content.from(firstLine(channel));
      channel.position(before);
      if (torn && bytes.length > 0) {
        writeAll(channel, new byte[] {'\n'});
      }
      writeAll(channel, bytes);
      channel.force(true);
      assert exclusive.isValid();
      return channel.size() - before;
    } finally {
      lock.unlock();
    }
  }

  private static Path createFolder(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    return Files.createDirectories(folder);
  }

  // Never by a channel of its own: closing any of a file's channels gives up the process's locks.
  private static List<String> firstLine(FileChannel channel) throws IOException {
    channel.position(0);
    String line =
        new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8)).readLine();
    return line == null ? List.of() : List.of(line);
  }

  private static boolean endsWithLineFeed(FileChannel channel, long size) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    channel.read(last, size - 1);
    return last.get(0) == '\n';
  }

  private static void writeAll(FileChannel channel, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
