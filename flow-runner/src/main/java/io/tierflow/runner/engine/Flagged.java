package io.tierflow.runner.engine;

import io.tierflow.machine.MissingRecord;
import java.util.List;

/** A run that misses something, or did a moment ago, with the flags of it. */
record Flagged(String runId, String flow, List<MissingRecord.Flag> flags) {

  /** The same without what has cleared. */
  Flagged standing() {
    return new Flagged(runId, flow, flags.stream().filter(MissingRecord.Flag::isOpen).toList());
  }
}
