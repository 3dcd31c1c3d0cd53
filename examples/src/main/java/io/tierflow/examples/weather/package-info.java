/**
 * Real work on a real data set: the flow {@code flows/weather-trends.yaml} fetches four years of
 * daily weather of two cities, cleans them, sums up every station's year by month, and fits a model
 * of seasons and trend with bootstrapped confidence intervals on a large machine.
 */
package io.tierflow.examples.weather;
