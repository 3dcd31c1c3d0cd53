package io.tierflow.worker.ssh;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.core.CoreModuleProperties;

/**
 * Connects to one machine: its key must be known, and the user's key is the only way in. No other
 * settings than the target's are read. Thread-safe.
 */
final class SshConnector implements AutoCloseable {

  /** How long an attempt is put off while its machine cannot be reached. */
  private static final Duration UNREACHABLE = Duration.ofSeconds(10);

  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final int UNANSWERED = 3;
  private static final AttributeKey<AtomicReference<String>> PROBLEM = new AttributeKey<>();

  private final SshTarget target;
  private final KnownHosts knownHosts;
  private final SshMeters meters;
  private final SshClient client;

  private SshConnector(SshTarget target, SshMeters meters, SshClient client) {
    this.target = target;
    this.knownHosts = new KnownHosts(target);
    this.meters = meters;
    this.client = client;
  }

  /**
   * Makes ready to connect.
   *
   * @throws IllegalArgumentException if the target's host, key or known hosts cannot be used
   */
  static SshConnector open(SshTarget target, Map<String, String> environment, SshMeters meters) {
    checkHost(target);
    List<KeyPair> keys = PrivateKeys.read(target.trust(), environment);
    List<String> types = new KnownHosts(target).keyTypes();
    SshClient client = SshClient.setUpDefaultClient();
    SshConnector connector = new SshConnector(target, meters, client);
    client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
    client.setKeyIdentityProvider(KeyIdentityProvider.wrapKeyPairs(keys));
    client.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
    client.setServerKeyVerifier(connector::verify);
    client.setSignatureFactories(preferring(types, client.getSignatureFactories()));
    CoreModuleProperties.IDLE_TIMEOUT.set(client, Duration.ZERO); // programs may be silent long
    CoreModuleProperties.NIO2_READ_TIMEOUT.set(client, Duration.ZERO);
    CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, HEARTBEAT);
    CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, UNANSWERED);
    client.start();
    return connector;
  }

  /**
   * Connects and logs in.
   *
   * @throws StageException DEFERRED if the machine cannot be reached, else permanent
   */
  ClientSession connect() throws StageException, InterruptedException {
    AtomicReference<String> problem = new AtomicReference<>();
    ClientSession session = null;
    try {
      session =
          client
              .connect(
                  target.address().user(),
                  target.address().host(),
                  target.address().port(),
                  AttributeRepository.ofKeyValuePair(PROBLEM, problem))
              .verify(target.connectTimeout())
              .getSession();
      session.auth().verify(target.connectTimeout());
      meters.connection("opened");
      return session;
    } catch (IOException e) {
      if (session != null) {
        session.close(true);
      }
      Interrupts.rethrow(e);
      throw failure(e, Optional.ofNullable(problem.get()));
    }
  }

  SshTarget target() {
    return target;
  }

  @Override
  public void close() {
    client.stop();
  }

  /** An attempt that is put off, for nothing has begun. */
  StageException putOff(IOException why) {
    meters.connection("unreachable");
    return new StageException(
        new Failure(
            FailureKind.DEFERRED,
            "ssh: " + target + " cannot be reached, nothing was begun: " + why.getMessage(),
            String.valueOf(why),
            false,
            Optional.of(UNREACHABLE)));
  }

  private StageException failure(IOException e, Optional<String> problem) {
    if (problem.isPresent()) {
      meters.connection("refused");
      return StageException.permanent("ssh: " + problem.get());
    }
    if (e instanceof SshException said
        && said.getDisconnectCode()
            == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE) {
      meters.connection("refused");
      return StageException.permanent(
          "ssh: login to "
              + target
              + ": found that it does not take key "
              + target.trust().key()
              + ", expected its public key among the user's authorized keys there");
    }
    return putOff(e);
  }

  private boolean verify(ClientSession session, SocketAddress address, PublicKey shown) {
    Optional<String> against = knownHosts.against(shown);
    against.ifPresent(problem -> session.getConnectionContext().getAttribute(PROBLEM).set(problem));
    return against.isEmpty();
  }

  private static void checkHost(SshTarget target) {
    try {
      var unused = InetAddress.getByName(target.address().host());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "host: found '"
              + target.address().host()
              + "', which has no address, expected a host's name or address",
          e);
    }
  }

  // A host may have several keys, and shows the first kind that both sides take.
  private static List<NamedFactory<Signature>> preferring(
      List<String> types, List<NamedFactory<Signature>> all) {
    List<NamedFactory<Signature>> sorted = new ArrayList<>(all);
    sorted.sort(
        Comparator.comparing(
            each -> !types.contains(KeyUtils.getCanonicalKeyType(each.getName()))));
    return sorted;
  }
}
