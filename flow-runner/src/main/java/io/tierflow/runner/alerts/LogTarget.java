package io.tierflow.runner.alerts;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runner's own log: a warning when something is missing, a word when it is no more. */
final class LogTarget implements AlertTarget {

  private static final Logger LOG = LoggerFactory.getLogger("tierflow.alerts");

  @Override
  public String name() {
    return "log";
  }

  @Override
  public void send(Alert alert) {
    if (alert.isRisen()) {
      LOG.warn("missing: {}", words(alert));
    } else {
      LOG.info("not missing any more: {}", words(alert));
    }
  }

  private static String words(Alert alert) {
    if (alert.expectation() != null) {
      return alert.reason()
          + (" of what is expected as " + alert.expectation())
          + (alert.key() == null ? "" : " with the key " + alert.key())
          + (alert.message() == null ? "" : ": " + alert.message());
    }
    if (alert.isOfSchedule()) {
      return alert.reason()
          + (" of flow " + alert.flow() + ", due at " + alert.dueAt() + ": " + alert.detail())
          + (alert.runId() == null ? "" : " (run " + alert.runId() + ")");
    }
    String run = alert.reason() + " in run " + alert.runId() + " of flow " + alert.flow();
    if (alert.stage() == null) {
      return run;
    }
    String element = alert.index() == null ? "" : "/" + alert.index();
    return run
        + (", " + alert.pipeline() + "/" + alert.stage() + element + " attempt " + alert.attempt())
        + (" on class " + alert.resourceClass())
        + (alert.launcher() == null ? "" : " by " + alert.launcher());
  }
}
