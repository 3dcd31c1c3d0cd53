package io.tierflow.runner.turns;

/**
 * What the live workers of a lane offer.
 *
 * @param slots how many they have
 * @param free whether one of them has nothing to do
 */
public record Offer(int slots, boolean free) {}
