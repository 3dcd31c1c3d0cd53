package io.tierflow.worker.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.io.resource.PathResource;
import org.apache.sshd.common.util.security.SecurityUtils;

/** Reads private keys. */
final class PrivateKeys {

  private static final String EXPECTED = ", expected a private key as ssh-keygen writes it";

  private PrivateKeys() {}

  /**
   * The keys of a target.
   *
   * @param environment where the passphrase is
   * @throws IllegalArgumentException if there are none that can be used
   */
  static List<KeyPair> read(SshTarget.Trust trust, Map<String, String> environment) {
    Path file = trust.key();
    Optional<String> passphrase =
        trust.passphraseVariable().map(variable -> value(variable, environment));
    try (InputStream content = Files.newInputStream(file)) {
      List<KeyPair> keys = new ArrayList<>();
      Iterable<KeyPair> found =
          SecurityUtils.loadKeyPairIdentities(
              null,
              new PathResource(file),
              content,
              passphrase.map(FilePasswordProvider::of).orElse(FilePasswordProvider.EMPTY));
      if (found != null) {
        found.forEach(keys::add);
      }
      if (!keys.isEmpty()) {
        return keys;
      }
      throw new IllegalArgumentException("key " + file + ": found no key in it" + EXPECTED);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("key " + file + ": found no such file" + EXPECTED, e);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "key "
              + file
              + ": found one that cannot be read ("
              + e
              + ")"
              + EXPECTED
              + (passphrase.isPresent()
                  ? " with the passphrase in passphrase-env"
                  : " without a passphrase, or passphrase-env with the variable that has it"),
          e);
    }
  }

  private static String value(String variable, Map<String, String> environment) {
    String value = environment.get(variable);
    if (value == null) {
      throw new IllegalArgumentException(
          "passphrase-env: found '"
              + variable
              + "', which is not set, expected an environment variable with the passphrase");
    }
    return value;
  }
}
