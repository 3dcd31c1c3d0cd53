package io.tierflow.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;

/**
 * The workers of one resource class together, and what waits for them, as the HTTP API shows it.
 *
 * @param launcher whose tasks of the class they take: kafka, in-process or ssh
 * @param workers how many are live; slots, busy, memory and counts are theirs together
 * @param lag tasks in the class's topic that are not done, those that run included as long as their
 *     worker holds them by the broker's lock; null if the brokers do not tell
 * @param endedPerSecond how fast tasks ended lately; null if none did
 * @param drainSeconds how long until nothing waits at that pace; null if lag or pace is not known
 * @param lastHeartbeatAt the newest of any of them; null without workers
 * @param versions those that run, sorted
 * @param handlers those that at least one of them has, sorted
 */
public record ClassView(
    @JsonProperty("class") String resourceClass,
    String launcher,
    int workers,
    int slots,
    int busy,
    long memoryUsedBytes,
    long memoryMaxBytes,
    long succeeded,
    long failed,
    Long lag,
    Double endedPerSecond,
    Double drainSeconds,
    Instant lastHeartbeatAt,
    List<String> versions,
    List<String> handlers) {}
