package io.tierflow.worker.ssh;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A machine that programs run on.
 *
 * @param address where it is
 * @param trust who each side must be
 * @param folder the folder for tasks' own folders, relative to the user's home unless absolute
 * @param connecting how it is connected to
 * @param slots how many programs run there at once
 */
public record SshTarget(
    Address address, Trust trust, String folder, Connecting connecting, int slots) {

  /**
   * Where a machine is.
   *
   * @param host its name or address
   * @param port of its SSH server
   * @param user who to log in as
   */
  public record Address(String host, int port, String user) {
    @Override
    public String toString() {
      return user + "@" + host + ":" + port;
    }
  }

  /**
   * Who each side must be.
   *
   * @param key the file of the private key to log in with
   * @param passphraseVariable the environment variable with the passphrase of the key, if it has
   *     one
   * @param knownHosts the file with the keys that hosts have
   */
  public record Trust(Path key, Optional<String> passphraseVariable, Path knownHosts) {}

  /**
   * How a machine is connected to.
   *
   * @param timeout the most that connecting may take, and logging in once more
   * @param attempts how often in all a connection that fails sooner is tried
   */
  public record Connecting(Duration timeout, int attempts) {}

  @Override
  public String toString() {
    return address.toString();
  }
}
