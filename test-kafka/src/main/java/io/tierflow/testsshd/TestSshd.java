package io.tierflow.testsshd;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.shell.ProcessShellFactory;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/**
 * An SSH server on loopback whose commands are real processes of this machine, for one user with
 * one key. Its folder holds what a client needs: {@code id}, {@code known_hosts}, and the settings
 * file {@code ssh.yaml} that names them. Thread-safe.
 */
public final class TestSshd implements AutoCloseable {

  /** Who may log in. */
  public static final String USER = "tester";

  /** A program of this name does nothing: it is told as ended, and its output goes on for ever. */
  public static final String EXIT_ONLY = "tierflow-test-exit-only";

  private final SshServer server;
  private final Path folder;
  private final KeyPair hostKey;

  private TestSshd(SshServer server, Path folder, KeyPair hostKey) {
    this.server = server;
    this.folder = folder;
    this.hostKey = hostKey;
  }

  /**
   * Starts one on a free port.
   *
   * @param folder where it writes its files
   * @param resourceClass the class that the settings file has it for, with one slot
   */
  public static TestSshd start(Path folder, String resourceClass)
      throws IOException, GeneralSecurityException {
    Files.createDirectories(folder);
    KeyPair hostKey = newKey();
    KeyPair userKey = newKey();
    SshServer server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    server.setPort(0);
    server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
    server.setPublickeyAuthenticator(
        (user, key, session) ->
            user.equals(USER) && KeyUtils.compareKeys(key, userKey.getPublic()));
    server.setCommandFactory(
        (channel, command) ->
            command.contains(EXIT_ONLY)
                ? new ExitOnly()
                : new ProcessShellFactory(command, "/bin/sh", "-c", command).createShell(channel));
    server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
    server.start();
    TestSshd sshd = new TestSshd(server, folder, hostKey);
    writeKey(userKey, sshd.key());
    sshd.know(hostKey.getPublic());
    Files.writeString(sshd.settings(), sshd.settingsFor(resourceClass));
    return sshd;
  }

  /** Its port. */
  public int port() {
    return server.getPort();
  }

  /** The file of the user's private key. */
  public Path key() {
    return folder.resolve("id");
  }

  /** The file that clients know its key by. */
  public Path knownHosts() {
    return folder.resolve("known_hosts");
  }

  /** The settings file. */
  public Path settings() {
    return folder.resolve("ssh.yaml");
  }

  /** Where the folders of tasks are. */
  public Path tasks() {
    return folder.toAbsolutePath().resolve("tasks");
  }

  /** The key that it has. */
  public PublicKey hostKey() {
    return hostKey.getPublic();
  }

  /** Writes a known hosts file that has this key for it and no other. */
  public void know(PublicKey key) throws IOException {
    Files.writeString(
        knownHosts(), "[127.0.0.1]:" + port() + " " + PublicKeyEntry.toString(key) + "\n");
  }

  /** Copies no files any more. */
  public void dropSftp() {
    server.setSubsystemFactories(List.of());
  }

  /** Cuts all connections. */
  public void cut() {
    server.getActiveSessions().forEach(session -> session.close(true));
  }

  /** A key like those that it uses. */
  public static KeyPair newKey() throws GeneralSecurityException {
    return KeyUtils.generateKeyPair("ssh-ed25519", 256);
  }

  /** Writes a private key as ssh-keygen does. */
  public static void writeKey(KeyPair key, Path file) throws IOException, GeneralSecurityException {
    try (OutputStream to = Files.newOutputStream(file)) {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "test", null, to);
    }
  }

  @Override
  public void close() throws IOException {
    server.stop(true);
  }

  private String settingsFor(String resourceClass) {
    return """
        %s:
          - host: 127.0.0.1
            port: %d
            user: %s
            key: id
            known-hosts: known_hosts
            folder: %s
        """
        .formatted(resourceClass, port(), USER, tasks());
  }
}
