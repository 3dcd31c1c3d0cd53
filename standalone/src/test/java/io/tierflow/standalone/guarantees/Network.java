package io.tierflow.standalone.guarantees;

import io.tierflow.standalone.faults.CutCable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Cables between processes and the brokers, one for each pair, so that any process can be cut off
 * from all brokers, and any broker from all processes and from the other brokers.
 *
 * <p>Brokers are known by the names {@code broker-0} and so on. Each process has its own hosts file
 * (the JVM's {@code jdk.net.hosts.file}), in which these names lead to its own cables: to addresses
 * of the loopback network that nobody else has. Linux gives all of them to every machine; where
 * they are not to be had, the names lead to the brokers themselves and nothing can be cut.
 * Thread-safe.
 */
final class Network implements AutoCloseable {

  private static final int LARGEST_BYTE = 250;

  private final Path folder;
  private final List<List<Integer>> portsOfBrokers;
  private final boolean cuttable = isPossible();
  private final Map<String, List<CutCable>> cables = new HashMap<>(); // guarded by this
  private int processes; // guarded by this

  /**
   * No process yet.
   *
   * @param folder of the hosts files
   * @param portsOfBrokers the ports of 127.0.0.1 that each listens on
   */
  Network(Path folder, List<List<Integer>> portsOfBrokers) {
    this.folder = folder;
    this.portsOfBrokers = portsOfBrokers;
  }

  /** Whether this machine has addresses for cables. */
  static boolean isPossible() {
    try (ServerSocket socket = new ServerSocket(0, 1, loopback(1, 1, 1))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** The name of a broker, for who is in the network. */
  static String broker(int number) {
    return "broker-" + number;
  }

  /**
   * Lays the cables of a process to every broker but itself.
   *
   * @param name of the process: {@link #broker} of its number for a broker's
   * @return the options of its JVM
   */
  synchronized List<String> join(String name) throws IOException {
    processes++;
    if (processes > LARGEST_BYTE) {
      throw new IllegalStateException("processes: found more than " + LARGEST_BYTE);
    }
    StringBuilder hosts = new StringBuilder("127.0.0.1 localhost " + hostName() + "\n");
    for (int broker = 0; broker < portsOfBrokers.size(); broker++) {
      String target = broker(broker);
      InetAddress address = loopback(0, 0, 1);
      if (cuttable && !target.equals(name)) {
        address = loopback(1, processes, broker + 1);
        for (int port : portsOfBrokers.get(broker)) {
          CutCable cable = new CutCable(address, port, port);
          cables.computeIfAbsent(name, key -> new ArrayList<>()).add(cable);
          cables.computeIfAbsent(target, key -> new ArrayList<>()).add(cable);
        }
      }
      hosts.append(address.getHostAddress()).append(' ').append(target).append('\n');
    }
    Files.createDirectories(folder);
    Path file = Files.writeString(folder.resolve(name + ".hosts"), hosts);
    return List.of("-Djdk.net.hosts.file=" + file);
  }

  /** Lets nothing more through between a process and the brokers. */
  synchronized void cut(String name) {
    cables.get(name).forEach(CutCable::cut);
  }

  /** Lets everything through again. */
  synchronized void mend(String name) {
    cables.get(name).forEach(CutCable::mend);
  }

  @Override
  public synchronized void close() throws IOException {
    for (List<CutCable> each : cables.values()) {
      for (CutCable cable : each) {
        cable.close();
      }
    }
  }

  // A process asks for its own name, too.
  private static String hostName() throws UnknownHostException {
    return InetAddress.getLocalHost().getHostName();
  }

  private static InetAddress loopback(int second, int third, int fourth)
      throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {127, (byte) second, (byte) third, (byte) fourth});
  }
}
