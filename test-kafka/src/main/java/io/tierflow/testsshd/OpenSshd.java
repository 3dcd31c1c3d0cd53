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
import java.util.regex.Pattern;
import org.apache.sshd.common.config.keys.PublicKeyEntry;

/** OpenSSH's server, the one that machines have, as a process of whoever runs the tests. */
public final class OpenSshd extends SshMachine {

  private static final Path PROGRAM = Path.of("/usr/sbin/sshd");
  private static final Path ROOTS_NEED = Path.of("/run/sshd"); // it shuts strangers in there
  private static final int PAUSE_MILLIS = 50;
  private static final int TRIES = 1_200; // a minute
  private static final Pattern SSHD = Pattern.compile(".*/sshd(-session)?");
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
    for (int tries = 0; !sshd.answers(); tries++) {
      if (!server.isAlive() || tries == TRIES) {
        sshd.close();
        throw new IOException("sshd does not answer: " + Files.readString(log));
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    sshd.writeFiles(userKey, resourceClass);
    return sshd;
  }

  @Override
  public void cut() {
    // Each connection has one or two, by version and user; the programs that they started live on.
    server.descendants().filter(OpenSshd::isSshd).forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    cut();
    server.destroyForcibly();
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(TRIES * PAUSE_MILLIS);
      return new String(socket.getInputStream().readNBytes(GREETING.length()), US_ASCII)
          .equals(GREETING);
    } catch (IOException e) {
      return false; // not yet
    }
  }

  private static boolean isSshd(ProcessHandle process) {
    return process.info().command().filter(path -> SSHD.matcher(path).matches()).isPresent();
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
