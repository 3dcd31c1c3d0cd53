/**
 * The worker: {@link io.tierflow.worker.Worker} with its slots. A {@code Slot} polls, a {@code
 * Turn} works what it got, a {@code Supervision} watches over a task that takes longer.
 */
package io.tierflow.worker;
