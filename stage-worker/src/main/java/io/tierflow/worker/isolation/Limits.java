package io.tierflow.worker.isolation;

import java.util.OptionalDouble;

/**
 * What one child process with all that it starts may take.
 *
 * @param memoryBytes the most memory
 * @param cpus the most processors, in parts of one; empty for no limit
 * @param processes the most processes and threads
 */
record Limits(long memoryBytes, OptionalDouble cpus, int processes) {}
