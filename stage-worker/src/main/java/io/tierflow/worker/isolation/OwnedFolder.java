package io.tierflow.worker.isolation;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one worker's slots, and beside it a file that is locked as long as the worker
 * lives. By the lock other workers tell whether a folder is a left-over one. A process id would not
 * do: workers in containers have the same ones, and may share a temporary folder.
 *
 * <p>The lock file is there before the folder and goes after it, so that no folder is ever without
 * one. Thread-safe.
 */
final class OwnedFolder implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(OwnedFolder.class);
  private static final String PREFIX = "tierflow-slots-";
  private static final String LOCK = ".lock";
  private static final Pattern LOCK_NAME =
      Pattern.compile(Pattern.quote(PREFIX) + "([0-9a-f]{16})" + Pattern.quote(LOCK));
  private static final int TRIES = 10;

  // The locks of this process. Were such a file opened once more and closed, its lock would be
  // gone:
  // to the kernel all locks of one process on one file are the same.
  private static final Set<String> HELD = ConcurrentHashMap.newKeySet();

  /** What is known of an owner. */
  enum Owner {
    /** It lives, or nobody here may judge. */
    LIVES,
    /** It is gone. */
    GONE,
    /** Nothing is known: its lock file lies elsewhere, if anywhere. */
    UNKNOWN
  }

  private final String id;
  private final Path path;
  private final Path lockFile;
  private final FileChannel lock;

  private OwnedFolder(Path parent, String id, FileChannel lock) {
    this.id = id;
    this.path = parent.resolve(PREFIX + id);
    this.lockFile = parent.resolve(PREFIX + id + LOCK);
    this.lock = lock;
  }

  /** Makes a folder that is this worker's own until it is closed. */
  static OwnedFolder create(Path parent) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      byte[] random = new byte[8];
      new SecureRandom().nextBytes(random);
      String id = HexFormat.of().formatHex(random);
      HELD.add(id);
      FileChannel lock = locked(parent.resolve(PREFIX + id + LOCK));
      if (lock != null) {
        OwnedFolder owned = new OwnedFolder(parent, id, lock);
        Files.createDirectory(owned.path);
        return owned;
      }
      HELD.remove(id);
    }
    throw new IOException("lock files in " + parent + " are taken away as soon as they are made");
  }

  /** The locked file; null if somebody that looks for left-overs was faster. */
  private static FileChannel locked(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    if (channel.tryLock() != null && Files.exists(file)) {
      return channel;
    }
    channel.close();
    Files.deleteIfExists(file);
    return null;
  }

  /** Names the owner, in the names of what belongs to it elsewhere. */
  String id() {
    return id;
  }

  Path path() {
    return path;
  }

  Path lockFile() {
    return lockFile;
  }

  /** What is known here of an owner, by its id. */
  static Owner owner(Path parent, String id) {
    if (HELD.contains(id)) {
      return Owner.LIVES;
    }
    try (FileChannel channel =
            FileChannel.open(parent.resolve(PREFIX + id + LOCK), StandardOpenOption.WRITE);
        FileLock taken = channel.tryLock()) {
      return taken == null ? Owner.LIVES : Owner.GONE;
    } catch (NoSuchFileException e) {
      return Owner.UNKNOWN;
    } catch (OverlappingFileLockException e) {
      return Owner.LIVES; // another thread of this process looks at it as well
    } catch (IOException e) {
      log.debug("the lock of {} cannot be looked at", id, e); // another user's
      return Owner.LIVES;
    }
  }

  /** Deletes the folders whose owners are gone. */
  static void sweep(Path parent) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(parent)) {
      files = found.toList();
    }
    for (Path each : files) {
      Matcher name = LOCK_NAME.matcher(each.getFileName().toString());
      if (name.matches() && owner(parent, name.group(1)) == Owner.GONE) {
        delete(parent.resolve(PREFIX + name.group(1)), each);
      }
    }
  }

  /** Deletes the folder and ends its being owned. */
  @Override
  public void close() {
    delete(path, lockFile);
    try {
      lock.close();
    } catch (IOException e) {
      log.warn("the lock {} did not close cleanly: {}", lockFile, e.toString());
    }
    HELD.remove(id);
  }

  private static void delete(Path folder, Path lockFile) {
    try {
      if (Files.exists(folder)) {
        WorkFolder.delete(folder, true);
      }
      Files.deleteIfExists(lockFile);
    } catch (IOException e) {
      log.warn("the folder {} cannot be deleted: {}", folder, e.toString());
    }
  }
}
