package io.tierflow.machine;

import java.time.Instant;

/**
 * A pipeline of a run.
 *
 * @param startedAt null when it never started
 * @param endedAt null until it ended
 * @param startCause the input that started it; null when it never started
 * @param endCause the input that ended it; null until then
 */
public record PipelineRecord(
    PipelineState state, Instant startedAt, Instant endedAt, String startCause, String endCause)
    implements RunEntry {

  static PipelineRecord started(Instant at, String by) {
    return new PipelineRecord(PipelineState.RUNNING, at, null, by, null);
  }

  static PipelineRecord neverStarted(PipelineState end, Instant at, String by) {
    return new PipelineRecord(end, null, at, null, by);
  }

  PipelineRecord ended(PipelineState end, Instant at, String by) {
    return new PipelineRecord(end, startedAt, at, startCause, by);
  }
}
