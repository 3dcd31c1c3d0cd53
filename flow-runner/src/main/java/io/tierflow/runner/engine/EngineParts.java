package io.tierflow.runner.engine;

import io.tierflow.wire.WireCodec;
import io.tierflow.wire.topics.TopicNames;
import java.time.InstantSource;

/** What every partition's processor works with. Thread-safe. */
record EngineParts(
    WireCodec codec,
    TopicNames topics,
    Outbound outbound,
    EngineMeters meters,
    Arrivals arrivals,
    ServedTopics served,
    InstantSource clock) {}
