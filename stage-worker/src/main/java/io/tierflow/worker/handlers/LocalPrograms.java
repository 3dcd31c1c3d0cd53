package io.tierflow.worker.handlers;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Programs as children of this process. The usual folder is the worker's, so that files need no
 * copying unless there is a {@code dir}; they only must be there.
 */
final class LocalPrograms implements Programs {

  @Override
  public Program start(ProgramSpec spec) throws StageException {
    Path folder = folder(spec);
    Path own = WorkerFolder.resolve("");
    copy(spec.files().send(), own, folder);
    ProcessBuilder builder = new ProcessBuilder(spec.command());
    builder.environment().putAll(spec.environment());
    if (spec.dir().isPresent()) {
      builder.directory(folder.toFile());
    }
    try {
      return new LocalProgram(builder.start(), () -> copy(spec.files().fetch(), folder, own));
    } catch (IOException e) {
      throw new StageException(
          FailureKind.HANDLER_ERROR,
          "exec: cannot start %s: not found or not executable on this worker"
              .formatted(spec.program()),
          e);
    }
  }

  private static Path folder(ProgramSpec spec) throws StageException {
    Path folder = WorkerFolder.resolve(spec.dir().orElse(""));
    if (spec.dir().isPresent() && !Files.isDirectory(folder)) {
      throw StageException.invalidInput(
          "exec: with.dir: expected a folder on the worker, found '" + spec.dir().get() + "'");
    }
    return folder;
  }

  private static void copy(List<String> names, Path from, Path to) throws StageException {
    for (String name : names) {
      Path source = from.resolve(name);
      if (!Files.isRegularFile(source)) {
        throw new StageException(
            Failure.of(
                FailureKind.HANDLER_ERROR, "exec: expected a file " + source + ", found none"));
      }
      if (!from.equals(to)) {
        copy(source, to.resolve(name));
      }
    }
  }

  private static void copy(Path source, Path target) throws StageException {
    try {
      Files.createDirectories(target.getParent());
      Files.copy(
          source, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      throw new StageException(
          FailureKind.HANDLER_ERROR, "exec: cannot copy " + source + " to " + target, e);
    }
  }
}
