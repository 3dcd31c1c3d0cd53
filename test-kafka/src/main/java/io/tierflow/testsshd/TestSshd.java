package io.tierflow.testsshd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.shell.ProcessShellFactory;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/** Apache's SSH server in this process: there on every machine, and it can be made to misbehave. */
public final class TestSshd extends SshMachine {

  /** A program of this name does nothing: it is told as ended, and its output goes on for ever. */
  public static final String EXIT_ONLY = "tierflow-test-exit-only";

  private static final String USER = "tester";

  private final SshServer server;

  private TestSshd(Path folder, SshServer server, KeyPair hostKey) {
    super(folder, USER, server.getPort(), hostKey.getPublic());
    this.server = server;
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
    TestSshd sshd = new TestSshd(folder, server, hostKey);
    sshd.writeFiles(userKey, resourceClass);
    return sshd;
  }

  /** Copies no files any more. */
  public void dropSftp() {
    server.setSubsystemFactories(List.of());
  }

  @Override
  public void cut() {
    server.getActiveSessions().forEach(session -> session.close(true));
  }

  @Override
  public void close() throws IOException {
    server.stop(true);
  }
}
