/**
 * Dead letters: reading them straight from their topic, choosing some, and sending those again.
 *
 * <p>{@link io.tierflow.runner.letters.LetterFilter} says which are meant, {@link
 * io.tierflow.runner.letters.LetterMerge} puts the topic's partitions into one order, both pure;
 * {@link io.tierflow.runner.letters.LetterTopic} is the edge to Kafka, and {@link
 * io.tierflow.runner.letters.BulkReplay} makes one replay of all letters of a run.
 */
package io.tierflow.runner.letters;
