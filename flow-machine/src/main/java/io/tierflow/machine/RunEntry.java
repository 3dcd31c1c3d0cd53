package io.tierflow.machine;

/**
 * One small record of a run's state. A run is many of them, so that one reply reads and writes a
 * few, however wide the run is.
 */
public sealed interface RunEntry
    permits RunRecord, PipelineRecord, StageRecord, MissingRecord, Content {}
