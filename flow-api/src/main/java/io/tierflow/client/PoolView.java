package io.tierflow.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One live worker, as the HTTP API shows it.
 *
 * @param launcher whose tasks of the class it takes: kafka, in-process or ssh
 * @param stopped attempts that it ended since they no longer counted
 * @param skipped tasks that it never began since they no longer counted
 * @param breakers the state of each circuit breaker, by handler: CLOSED, OPEN or HALF_OPEN
 * @param deferred how many tasks the guards of their handlers put off, or were put off since their
 *     handler, or the memory that they declare, is not here
 * @param memoryPeakBytes the most that it was seen to use since its start
 * @param labels what its operator calls it by
 * @param taskMemoryMaxBytes the most memory that it has for one task; 0 where it has no limit
 * @param waiting how many of its busy slots wait for memory for their tasks
 * @param guards the rate, bulkhead and time limit of each handler that has any, in words
 * @param limitedBy what limits its handlers' processes: {@code control groups v2} or {@code v1},
 *     with {@code without} and what they cannot limit there, or {@code Java and ulimit}; empty on
 *     threads
 */
public record PoolView(
    String worker,
    String pool,
    @JsonProperty("class") String resourceClass,
    String launcher,
    String host,
    long pid,
    String version,
    int slots,
    int busy,
    List<String> handlers,
    String isolation,
    long memoryUsedBytes,
    long memoryMaxBytes,
    long succeeded,
    long failed,
    long stopped,
    long skipped,
    Instant startedAt,
    Instant lastHeartbeatAt,
    boolean stopping,
    Map<String, String> breakers,
    long deferred,
    long memoryPeakBytes,
    Map<String, String> labels,
    long taskMemoryMaxBytes,
    int waiting,
    Map<String, String> guards,
    String limitedBy) {}
