package io.tierflow.worker.resilience;

import java.util.function.BooleanSupplier;

/**
 * The task for which a handler is to be called.
 *
 * @param task its id, the same for all its attempts
 * @param attempt which attempt, from 1: one that was put off often waits longer for a bulkhead
 * @param meanwhile done every second while it waits for its turn; false if it is to wait no longer
 */
public record Caller(String task, int attempt, BooleanSupplier meanwhile) {}
