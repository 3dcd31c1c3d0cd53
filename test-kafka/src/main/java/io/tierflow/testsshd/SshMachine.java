package io.tierflow.testsshd;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;

/**
 * A machine that is reached by SSH on loopback, whose programs are real processes of this one, for
 * one user with one key. Its folder holds what a client needs: {@code id}, {@code known_hosts}, and
 * the settings file {@code ssh.yaml} that names them. Thread-safe.
 */
public abstract sealed class SshMachine implements AutoCloseable permits TestSshd, OpenSshd {

  private final Path folder;
  private final String user;
  private final int port;
  private final PublicKey hostKey;

  SshMachine(Path folder, String user, int port, PublicKey hostKey) {
    this.folder = folder;
    this.user = user;
    this.port = port;
    this.hostKey = hostKey;
  }

  /** Who may log in. */
  public final String user() {
    return user;
  }

  /** Its port. */
  public final int port() {
    return port;
  }

  /** The file of the user's private key. */
  public final Path key() {
    return folder.resolve("id");
  }

  /** The file that clients know its key by. */
  public final Path knownHosts() {
    return folder.resolve("known_hosts");
  }

  /** The settings file. */
  public final Path settings() {
    return folder.resolve("ssh.yaml");
  }

  /** Where the folders of tasks are. */
  public final Path tasks() {
    return folder.toAbsolutePath().resolve("tasks");
  }

  /** The key that it has. */
  public final PublicKey hostKey() {
    return hostKey;
  }

  /** Writes a known hosts file that has this key for it and no other. */
  public final void know(PublicKey key) throws IOException {
    Files.writeString(
        knownHosts(), "[127.0.0.1]:" + port + " " + PublicKeyEntry.toString(key) + "\n");
  }

  /** Cuts all connections. */
  public abstract void cut();

  @Override
  public abstract void close() throws IOException;

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

  /** Writes what a client needs. */
  final void writeFiles(KeyPair userKey, String resourceClass)
      throws IOException, GeneralSecurityException {
    writeKey(userKey, key());
    know(hostKey);
    Files.writeString(
        settings(),
        """
        %s:
          - host: 127.0.0.1
            port: %d
            user: %s
            key: id
            known-hosts: known_hosts
            folder: %s
        """
            .formatted(resourceClass, port, user, tasks()));
  }
}
