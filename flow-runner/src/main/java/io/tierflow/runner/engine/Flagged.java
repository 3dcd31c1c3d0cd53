package io.tierflow.runner.engine;

import io.tierflow.machine.MissingRecord;
import java.util.List;

/** A run that misses something, or did a moment ago, with the flags of it. */
record Flagged(String runId, String flow, List<MissingRecord.Flag> flags)
    implements KeptFlags.Entry<Flagged> {

  @Override
  public List<KeptFlags.Mark> marks() {
    return flags.stream()
        .map(flag -> new KeptFlags.Mark(flag.reason().name(), flag.clearedAt()))
        .toList();
  }

  @Override
  public Flagged standing() {
    return new Flagged(runId, flow, flags.stream().filter(MissingRecord.Flag::isOpen).toList());
  }
}
