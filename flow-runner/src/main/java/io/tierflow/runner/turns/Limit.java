package io.tierflow.runner.turns;

import io.tierflow.flow.Rate;

/**
 * The rate that the attempts of one stage keep to together.
 *
 * @param stage which: flow, pipeline and stage, apart by slashes
 */
public record Limit(String stage, Rate rate) {}
