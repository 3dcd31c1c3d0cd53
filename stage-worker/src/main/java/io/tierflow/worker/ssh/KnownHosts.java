package io.tierflow.worker.ssh;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;

/**
 * What a known hosts file says of one machine. The file is looked at anew each time, so that a
 * machine may get a new key. Nothing is ever added to it. Certificates of hosts are not known.
 */
final class KnownHosts {

  private static final String REVOKED = "revoked";

  private final SshTarget target;

  KnownHosts(SshTarget target) {
    this.target = target;
  }

  /**
   * The types of the keys that the machine may have, such as ssh-ed25519.
   *
   * @throws IllegalArgumentException if the file cannot be read, or has no key of the machine
   */
  List<String> keyTypes() {
    List<String> types =
        entries().stream()
            .filter(entry -> entry.getMarker() == null)
            .map(entry -> entry.getKeyEntry().getKeyType())
            .distinct()
            .toList();
    if (types.isEmpty()) {
      throw new IllegalArgumentException(
          "known hosts file "
              + target.trust().knownHosts()
              + ": found no key of "
              + name()
              + ", expected one: compare with its own and add it, as 'ssh-keyscan -p "
              + target.address().port()
              + " "
              + target.address().host()
              + "' writes it");
    }
    return types;
  }

  /** Why a key that the machine shows is not to be trusted; empty if it is the known one. */
  Optional<String> against(PublicKey shown) {
    List<String> known = new ArrayList<>();
    try {
      for (KnownHostEntry entry : entries()) {
        PublicKey key =
            entry.getKeyEntry().resolvePublicKey(null, null, PublicKeyEntryResolver.IGNORING);
        boolean same = key != null && KeyUtils.compareKeys(key, shown);
        if (same && REVOKED.equals(entry.getMarker())) {
          return Optional.of(found(shown) + ", which is marked as revoked");
        }
        if (entry.getMarker() == null) {
          if (same) {
            known.add(""); // a later entry may still revoke it
          } else if (key != null) {
            known.add(said(key));
          }
        }
      }
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      return Optional.of(found(shown) + ", and no key to compare it with: " + e.getMessage());
    }
    return known.contains("")
        ? Optional.empty()
        : Optional.of(
            found(shown)
                + ", expected "
                + (known.isEmpty() ? "none: the host is unknown" : String.join(" or ", known)));
  }

  private String found(PublicKey shown) {
    return "host key of "
        + name()
        + ", by "
        + target.trust().knownHosts()
        + ": found "
        + said(shown);
  }

  private String name() {
    return target.address().host() + ":" + target.address().port();
  }

  private static String said(PublicKey key) {
    return KeyUtils.getKeyType(key) + " " + KeyUtils.getFingerPrint(key);
  }

  private List<KnownHostEntry> entries() {
    try {
      return KnownHostEntry.readKnownHostEntries(target.trust().knownHosts()).stream()
          .filter(entry -> entry.isHostMatch(target.address().host(), target.address().port()))
          .filter(entry -> entry.getKeyEntry() != null)
          .collect(Collectors.toList());
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "known hosts file "
              + target.trust().knownHosts()
              + ": found no readable file ("
              + e
              + "), expected one as 'ssh-keyscan' writes it",
          e);
    }
  }
}
