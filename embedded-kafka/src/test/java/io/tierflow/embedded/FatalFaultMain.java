package io.tierflow.embedded;

import org.apache.kafka.common.utils.Exit;

/** A process that is a broker, as far as faults go, and meets one. */
final class FatalFaultMain {

  private FatalFaultMain() {}

  public static void main(String[] args) {
    FatalFaults.becomeExceptions();
    FatalFaults.endProcess();
    if (args[0].equals("exit")) {
      Exit.exit(7, "a fault");
    } else {
      Exit.halt(8, "a fault");
    }
  }
}
