package io.tierflow.flow;

import java.time.Instant;

/** Due times: endless, ascending, each a whole millisecond. Immutable and thread-safe. */
public sealed interface Timing permits Every, Cron {

  /** The first due time later than this. */
  Instant next(Instant after);
}
