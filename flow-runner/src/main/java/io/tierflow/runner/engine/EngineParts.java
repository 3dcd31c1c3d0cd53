package io.tierflow.runner.engine;

import io.tierflow.runner.turns.Turns;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.topics.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What every partition's processor works with. Thread-safe. */
record EngineParts(
    WireCodec codec,
    TopicNames topics,
    Outbound outbound,
    EngineMeters meters,
    Arrivals arrivals,
    ExpectAnswers answers,
    Supplier<Map<String, Instant>> servedUpTo,
    Function<PoolWatch.Need, PoolWatch.Sight> pools,
    KnownTimes times,
    LearnedClasses learned,
    KnownPauses pauses,
    Turns turns,
    Optional<Duration> retention,
    InstantSource clock) {

  /** What the clock says, as records tell it: in whole milliseconds. */
  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
