package io.tierflow.worker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;

/**
 * Which worker this is.
 *
 * @param id unique, {@code <lane>-<host>-<6 random letters or digits>}
 * @param host the machine's name
 * @param version Tierflow's version
 */
record WorkerIdentity(String id, String host, String version) {

  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int RANDOM_LENGTH = 6;

  static WorkerIdentity ofThisProcess(String lane) {
    StringBuilder id = new StringBuilder();
    String host = hostName();
    id.append(lane).append('-').append(host).append('-');
    SecureRandom random = new SecureRandom();
    for (int i = 0; i < RANDOM_LENGTH; i++) {
      id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    String version = WorkerIdentity.class.getPackage().getImplementationVersion();
    return new WorkerIdentity(id.toString(), host, version == null ? "development" : version);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost"; // a machine that cannot resolve its own name; the id stays unique
    }
  }
}
