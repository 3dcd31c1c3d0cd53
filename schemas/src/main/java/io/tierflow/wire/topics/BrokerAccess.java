package io.tierflow.wire.topics;

import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;

/** The first client that a process makes: what is wrong with its settings shows here. */
public final class BrokerAccess {

  // Kafka tells this from a setting that is wrong by its words only.
  private static final String UNRESOLVABLE = "No resolvable bootstrap";

  private BrokerAccess() {}

  /** No name of a broker has an address, at least not now. */
  public static final class UnknownHostsException extends Exception {

    private static final long serialVersionUID = 1L;

    private UnknownHostsException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Makes an admin client. The brokers are not asked anything yet.
   *
   * @throws UnknownHostsException if none of the bootstrap servers' names can be resolved
   * @throws IllegalArgumentException if a setting cannot be used; the message says which
   */
  public static Admin admin(Map<String, Object> settings) throws UnknownHostsException {
    try {
      return Admin.create(settings);
    } catch (KafkaException e) {
      if (reason(e).startsWith(UNRESOLVABLE)) {
        throw new UnknownHostsException(
            "no address is known of any broker in "
                + settings.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG),
            e);
      }
      throw invalid(e);
    }
  }

  /** What to tell of a client that could not be made because of its settings. */
  public static IllegalArgumentException invalid(KafkaException e) {
    return new IllegalArgumentException("settings of the Kafka clients: " + reason(e), e);
  }

  /** The innermost message: those around it say only that a client could not be made. */
  private static String reason(KafkaException e) {
    Throwable inner = e;
    while (!(inner instanceof ConfigException) && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return String.valueOf(inner.getMessage());
  }
}
