package io.tierflow.embedded;

import org.apache.kafka.common.utils.Exit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when the broker's code meets a fault it cannot live with.
 *
 * <p>Kafka ends the whole process then. That is right for a process that is a broker, and wrong for
 * one that merely holds one: there the fault becomes an exception in the thread that met it. The
 * choice holds for the JVM.
 */
final class FatalFaults {

  private static final Logger LOG = LoggerFactory.getLogger(FatalFaults.class);

  private FatalFaults() {}

  /** Faults are logged and thrown; the process lives on. */
  static void becomeExceptions() {
    Exit.setExitProcedure(FatalFaults::fail);
    Exit.setHaltProcedure(FatalFaults::fail);
  }

  /** Faults end the process, as in Kafka's own main class. */
  static void endProcess() {
    // Not by Exit's own reset: after it, both only throw.
    Exit.setExitProcedure((status, message) -> System.exit(status));
    Exit.setHaltProcedure((status, message) -> Runtime.getRuntime().halt(status));
  }

  private static void fail(int status, String message) {
    String reason = message == null ? "see the log before this" : message;
    LOG.error("the embedded broker met a fatal fault (status {}): {}", status, reason);
    throw new BrokerStartException("the embedded broker met a fatal fault: " + reason);
  }
}
