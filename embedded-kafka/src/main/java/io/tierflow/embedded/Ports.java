package io.tierflow.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ports on 127.0.0.1: those asked for are checked, those left open are chosen. */
public final class Ports {

  private static final Logger LOG = LoggerFactory.getLogger(Ports.class);

  private static final byte[] LOCAL = {127, 0, 0, 1};

  /**
   * Below what Linux (32768), macOS and Windows (49152) give to outgoing connections: a chosen port
   * is bound some time later, and a connection must not have taken it by then.
   */
  private static final int LEAST_CHOSEN = 20_000;

  private static final int MOST_CHOSEN = 32_000;
  private static final int CHOICES = 100;

  private Ports() {}

  /**
   * Checks that a port is free on 127.0.0.1, or chooses one.
   *
   * @param purpose what it is for, as the error says it
   * @param option the command line option that sets it, as the error says it
   * @param port the port asked for; 0 chooses a free one
   * @return the port
   * @throws PortInUseException if it is taken
   */
  public static int requireFree(String purpose, String option, int port) {
    return resolve(purpose, option, port, 1).get(0);
  }

  /**
   * The ports of {@code count} listeners: from {@code first} upwards, or free ones if it is 0.
   *
   * @throws PortInUseException if one that was asked for is taken
   */
  static List<Integer> resolve(String purpose, String option, int first, int count) {
    // All sockets stay open until the last is chosen, so that no port is handed out twice.
    List<ServerSocket> held = new ArrayList<>();
    try {
      List<Integer> ports = new ArrayList<>();
      for (int n = 0; n < count; n++) {
        ServerSocket socket =
            first == 0 ? choose(purpose, option) : bind(purpose, option, first + n);
        held.add(socket);
        ports.add(socket.getLocalPort());
      }
      return List.copyOf(ports);
    } finally {
      held.forEach(Ports::release);
    }
  }

  private static ServerSocket choose(String purpose, String option) {
    for (int tries = 0; tries < CHOICES; tries++) {
      try {
        int port = ThreadLocalRandom.current().nextInt(LEAST_CHOSEN, MOST_CHOSEN);
        return bind(purpose, option, port);
      } catch (PortInUseException e) {
        LOG.debug("choosing another port", e);
      }
    }
    return bind(purpose, option, 0); // whatever the system has
  }

  private static ServerSocket bind(String purpose, String option, int port) {
    ServerSocket socket = null;
    try {
      socket = new ServerSocket();
      // As Kafka itself binds: the remains of closed connections don't count as taken.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(LOCAL), port));
      return socket;
    } catch (IOException e) {
      if (socket != null) {
        release(socket);
      }
      throw new PortInUseException(
          purpose, port, "choose another with " + option + " PORT (0 takes a free one)", e);
    }
  }

  private static void release(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new BrokerStartException("could not release port " + socket.getLocalPort(), e);
    }
  }
}
