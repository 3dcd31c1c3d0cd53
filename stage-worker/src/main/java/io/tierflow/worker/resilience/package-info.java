/**
 * Guards between a worker and what its handlers call: circuit breakers, rate limits, bulkheads and
 * time limits, per handler. A guard never fails a task: what may not be called now is put off.
 */
package io.tierflow.worker.resilience;
