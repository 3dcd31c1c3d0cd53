package io.tierflow.testsshd;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import org.apache.sshd.common.config.keys.PublicKeyEntry;

/** OpenSSH's server, the one that machines have, as a process of whoever runs the tests. */
public final class OpenSshd extends SshMachine {

  private static final Path PROGRAM = Path.of("/usr/sbin/sshd");
  private static final Path ROOTS_NEED = Path.of("/run/sshd"); // it shuts strangers in there
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String GREETING = "SSH-2.0-OpenSSH";

  private final Process server;

  private OpenSshd(Path folder, int port, KeyPair hostKey, Process server) {
    super(folder, me(), port, hostKey.getPublic());
    this.server = server;
  }

  /** Whether this machine has it, and lets this user start it. */
  public static boolean isInstalled() {
    return Files.isExecutable(PROGRAM) && (!me().equals("root") || Files.isDirectory(ROOTS_NEED));
  }

  /**
   * Starts one on a free port.
   *
   * @param folder where it writes its files; nobody else may write there or above
   * @param resourceClass the class that the settings file has it for, with one slot
   * @throws IOException also if it does not answer; with what it says
   */
  public static OpenSshd start(Path folder, String resourceClass)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path files = Files.createDirectories(folder).toAbsolutePath();
    KeyPair hostKey = newKey();
    KeyPair userKey = newKey();
    writeKey(hostKey, files.resolve("host"));
    Files.setPosixFilePermissions(
        files.resolve("host"), PosixFilePermissions.fromString("rw-------"));
    Files.writeString(
        files.resolve("authorized_keys"), PublicKeyEntry.toString(userKey.getPublic()) + "\n");
    int port = freePort();
    Path config =
        Files.writeString(
            files.resolve("sshd_config"),
            """
            ListenAddress 127.0.0.1:%1$d
            HostKey %2$s/host
            AuthorizedKeysFile %2$s/authorized_keys
            StrictModes no
            PidFile none
            UsePAM no
            PasswordAuthentication no
            PermitRootLogin prohibit-password
            Subsystem sftp internal-sftp
            """
                .formatted(port, files));
    Path log = files.resolve("sshd.log");
    Process server =
        new ProcessBuilder(PROGRAM.toString(), "-D", "-e", "-f", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    OpenSshd sshd = new OpenSshd(folder, port, hostKey, server);
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!sshd.answers()) {
      if (!server.isAlive() || System.nanoTime() > end) {
        sshd.close();
        throw new IOException("sshd does not answer: " + Files.readString(log));
      }
      Thread.sleep(50);
    }
    sshd.writeFiles(userKey, resourceClass);
    return sshd;
  }

  @Override
  public void cut() {
    server.children().forEach(ProcessHandle::destroyForcibly); // one for each connection
  }

  @Override
  public void close() {
    cut();
    server.destroyForcibly();
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout((int) LIMIT.toMillis());
      return new String(socket.getInputStream().readNBytes(GREETING.length()), US_ASCII)
          .equals(GREETING);
    } catch (IOException e) {
      return false; // not yet
    }
  }

  private static String me() {
    return System.getProperty("user.name");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
