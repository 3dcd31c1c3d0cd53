package io.tierflow.worker.isolation;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one child process: {@code work}, where its handlers run, and beside it what the
 * Java machine says of a crash. Links are never followed. Thread-safe.
 */
final class WorkFolder {

  private static final Logger log = LoggerFactory.getLogger(WorkFolder.class);
  private static final int CRASH_CHARS = 4000;

  private final Path root;

  private WorkFolder(Path root) {
    this.root = root;
  }

  static WorkFolder create(Path root) throws IOException {
    WorkFolder folder = new WorkFolder(root);
    try {
      Files.createDirectories(folder.temporary());
      return folder;
    } catch (IOException e) {
      folder.delete();
      throw e;
    }
  }

  /** Where handlers run. */
  Path work() {
    return root.resolve("work");
  }

  /** Where their temporary files go; cleared with the rest. */
  Path temporary() {
    return work().resolve("tmp");
  }

  Path crashFile() {
    return root.resolve("crash.log");
  }

  /** The beginning of what the Java machine says of its crash, if it crashed. */
  Optional<String> crash() {
    if (!Files.exists(crashFile())) {
      return Optional.empty();
    }
    try {
      String text = Files.readString(crashFile());
      return Optional.of(text.substring(0, Math.min(CRASH_CHARS, text.length())));
    } catch (IOException e) {
      return Optional.of("its crash file cannot be read: " + e);
    }
  }

  /** The bytes in the folder; looks no further once there are more than the limit. */
  long size(long limit) throws IOException {
    long[] sum = {0};
    Files.walkFileTree(
        work(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            sum[0] += attributes.size();
            return sum[0] > limit ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // handlers delete files meanwhile
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    return sum[0];
  }

  /** Empties the folder for the next task; false if that cannot be done. */
  boolean clear() {
    try {
      delete(work(), false);
      if (!Files.exists(temporary())) {
        Files.createDirectory(temporary());
      }
      return true;
    } catch (IOException e) {
      log.warn("the working folder {} cannot be cleared: {}", work(), e.toString());
      return false;
    }
  }

  void delete() {
    try {
      if (Files.exists(root)) {
        delete(root, true);
      }
    } catch (IOException e) {
      log.warn("the folder {} cannot be deleted: {}", root, e.toString());
    }
  }

  /** Deletes a folder's content, and it as well if told so. */
  static void delete(Path top, boolean itself) throws IOException {
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException && !file.equals(top)) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
            if (itself || !folder.equals(top)) {
              Files.deleteIfExists(folder);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
