package io.tierflow.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;

/**
 * One live worker, as the HTTP API shows it.
 *
 * @param stopped attempts that it ended since they no longer counted
 * @param skipped tasks that it never began since they no longer counted
 */
public record PoolView(
    String worker,
    String pool,
    @JsonProperty("class") String resourceClass,
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
    boolean stopping) {}
