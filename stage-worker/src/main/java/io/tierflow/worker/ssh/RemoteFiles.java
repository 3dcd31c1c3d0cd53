package io.tierflow.worker.ssh;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageException;
import io.tierflow.worker.handlers.ProgramSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;

/** Copies files by SFTP between a folder here and one of the other machine. */
final class RemoteFiles {

  private static final int PRIVATE = 0600;
  private static final int PRIVATE_PROGRAM = 0700;

  private final ClientSession session;
  private final Path own;
  private final String remote;
  private final String place;

  RemoteFiles(ClientSession session, Path own, String remote, String place) {
    this.session = session;
    this.own = own;
    this.remote = remote;
    this.place = place;
  }

  /**
   * Sends files; programs stay programs. Where files are only to be fetched later, it makes sure
   * that they can be.
   *
   * @throws StageException if a file is missing, or files cannot be copied at all
   */
  void send(ProgramSpec.Files files) throws IOException, StageException, InterruptedException {
    if (files.send().isEmpty() && files.fetch().isEmpty()) {
      return;
    }
    List<String> names = files.send();
    for (String name : names) {
      if (!Files.isRegularFile(own.resolve(name))) {
        throw failure("expected a file " + own.resolve(name) + ", found none");
      }
    }
    try (SftpClient sftp = open()) {
      for (String name : names) {
        send(sftp, name);
      }
    }
  }

  /** Fetches files; each is there as a whole or not at all. */
  void fetch(List<String> names) throws IOException, StageException, InterruptedException {
    if (names.isEmpty()) {
      return;
    }
    try (SftpClient sftp = open()) {
      for (String name : names) {
        fetch(sftp, name);
      }
    }
  }

  // Where there is no SFTP the channel ends, and the connection goes on.
  private SftpClient open() throws IOException, StageException, InterruptedException {
    try {
      return SftpClientFactory.instance().createSftpClient(session);
    } catch (IOException e) {
      Interrupts.rethrow(e);
      if (!session.isOpen() || e instanceof SocketTimeoutException) {
        throw e;
      }
      throw StageException.permanent(
          "ssh: on "
              + place
              + ": found no SFTP ("
              + e.getMessage()
              + "), expected it, as files are to be copied by 'send' or 'fetch': does its sshd_config"
              + " have a line 'Subsystem sftp'?");
    }
  }

  private void send(SftpClient sftp, String name) throws IOException, StageException {
    Path file = own.resolve(name);
    String target = remote + "/" + name;
    try {
      for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
        makeFolder(sftp, remote + "/" + name.substring(0, slash));
      }
      try (OutputStream to = sftp.write(target)) {
        Files.copy(file, to);
      }
      sftp.setStat(
          target,
          new SftpClient.Attributes().perms(Files.isExecutable(file) ? PRIVATE_PROGRAM : PRIVATE));
    } catch (SftpException e) {
      throw failure("cannot write " + target + " on " + place + ": " + e.getMessage());
    } catch (FileSystemException e) {
      throw failure("cannot read " + file + ": " + e);
    }
  }

  private static void makeFolder(SftpClient sftp, String folder) throws IOException {
    try {
      sftp.mkdir(folder);
    } catch (SftpException e) {
      if (!sftp.stat(folder).isDirectory()) {
        throw e;
      }
    }
  }

  private void fetch(SftpClient sftp, String name) throws IOException, StageException {
    String source = remote + "/" + name;
    Path file = own.resolve(name);
    try {
      fetch(sftp, source, file);
    } catch (SftpException e) {
      throw failure(
          e.getStatus() == SftpConstants.SSH_FX_NO_SUCH_FILE
              ? "expected a file " + source + " on " + place + ", found none"
              : "cannot read " + source + " on " + place + ": " + e.getMessage());
    } catch (FileSystemException e) {
      throw failure("cannot write " + file + ": " + e);
    }
  }

  private static void fetch(SftpClient sftp, String source, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Path part = Files.createTempFile(file.getParent(), ".fetched", null);
    try {
      try (InputStream from = sftp.read(source)) {
        Files.copy(from, part, StandardCopyOption.REPLACE_EXISTING);
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static StageException failure(String message) {
    return new StageException(Failure.of(FailureKind.HANDLER_ERROR, "exec: " + message));
  }
}
