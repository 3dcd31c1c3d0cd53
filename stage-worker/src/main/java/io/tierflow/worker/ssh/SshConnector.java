package io.tierflow.worker.ssh;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageException;
import io.tierflow.worker.WorkerClock;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to one machine: its key must be known, and the user's key is the only way in. No other
 * settings than the target's are read. Thread-safe.
 */
final class SshConnector implements AutoCloseable {

  /** How long an attempt is put off that met a machine that cannot be reached: others take it. */
  private static final Duration UNREACHABLE = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(SshConnector.class);
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final int UNANSWERED = 3;
  private static final AttributeKey<AtomicReference<String>> PROBLEM = new AttributeKey<>();

  private final SshTarget target;
  private final KnownHosts knownHosts;
  private final SshMeters meters;
  private final SshClient client;
  private final WorkerClock clock;
  private final Reach reach;

  private SshConnector(SshTarget target, SshMeters meters, SshClient client, WorkerClock clock) {
    this.target = target;
    this.knownHosts = new KnownHosts(target);
    this.meters = meters;
    this.client = client;
    this.clock = clock;
    this.reach = new Reach(target.connecting().attempts(), clock);
  }

  /**
   * Makes ready to connect.
   *
   * @throws IllegalArgumentException if the target's host, key or known hosts cannot be used
   */
  static SshConnector open(
      SshTarget target, Map<String, String> environment, SshMeters meters, WorkerClock clock) {
    checkHost(target);
    List<KeyPair> keys = PrivateKeys.read(target.trust(), environment);
    List<String> types = new KnownHosts(target).keyTypes();
    SshClient client = SshClient.setUpDefaultClient();
    SshConnector connector = new SshConnector(target, meters, client, clock);
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
   * @throws StageException DEFERRED if the machine cannot be reached, or is not tried again yet,
   *     else permanent
   */
  ClientSession connect() throws StageException, InterruptedException {
    if (!reach.mayOpen()) {
      throw putOff(new IOException("it was not a moment ago, and is not tried again yet"));
    }
    try {
      return reach.open(this::open);
    } catch (IOException e) {
      throw putOff(e);
    }
  }

  /** Whether tasks may be taken for the machine. */
  boolean isThere() {
    return reach.isThere();
  }

  /** Connects to one that was away, if it is time to; true if it is there again. */
  boolean isBack() throws InterruptedException {
    if (!reach.mayOpen()) {
      return reach.isThere();
    }
    try {
      reach.open(this::open).close(true);
    } catch (StageException e) {
      LOG.warn("{} is there, but refuses: {}", target, e.getMessage());
    } catch (IOException e) {
      meters.connection("unreachable");
      LOG.info("{} is still not reached: {}", target, e.toString());
      return false;
    }
    LOG.info("{} is there again", target);
    return true;
  }

  Reach reach() {
    return reach;
  }

  private ClientSession open() throws IOException, StageException, InterruptedException {
    AtomicReference<String> problem = new AtomicReference<>();
    long begin = clock.nanos().getAsLong();
    ClientSession session = null;
    try {
      session =
          client
              .connect(
                  target.address().user(),
                  target.address().host(),
                  target.address().port(),
                  AttributeRepository.ofKeyValuePair(PROBLEM, problem))
              .verify(target.connecting().timeout())
              .getSession();
      session.auth().verify(target.connecting().timeout());
      meters.connection("opened");
      return session;
    } catch (IOException e) {
      if (session != null) {
        session.close(true);
      }
      Interrupts.rethrow(e);
      throw failure(e, Optional.ofNullable(problem.get()), clock.nanos().getAsLong() - begin);
    }
  }

  SshTarget target() {
    return target;
  }

  @Override
  public void close() {
    client.stop();
  }

  /** An attempt that is put off as the machine was lost before anything began. */
  StageException lost(IOException why) {
    reach.lost(why);
    return putOff(why);
  }

  /** An attempt that is put off, for nothing has begun. */
  private StageException putOff(IOException why) {
    meters.connection("unreachable");
    return new StageException(
        new Failure(
            FailureKind.DEFERRED,
            "ssh: " + target + " cannot be reached, nothing was begun: " + why.getMessage(),
            String.valueOf(why),
            false,
            Optional.of(UNREACHABLE)));
  }

  // What to throw: a refusal, or what was met. What took its whole time is not tried again.
  private IOException failure(IOException e, Optional<String> problem, long tookNanos)
      throws StageException {
    if (problem.isPresent()) {
      meters.connection("refused");
      throw StageException.permanent("ssh: " + problem.get());
    }
    if (e instanceof SshException said
        && said.getDisconnectCode()
            == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE) {
      meters.connection("refused");
      throw StageException.permanent(
          "ssh: login to "
              + target
              + ": found that it does not take key "
              + target.trust().key()
              + ", expected its public key among the user's authorized keys there");
    }
    return tookNanos < target.connecting().timeout().toNanos() ? e : new Reach.TimedOutException(e);
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
