package io.tierflow.examples.weather;

/**
 * What the model says of one station.
 *
 * @param days how many days it was fitted to
 * @param level mean temperature, °C
 * @param amplitude half the swing of the yearly cycle's first harmonic, °C
 * @param trendPerYear °C a year
 * @param trendLow lower end of its 95% interval
 * @param trendHigh upper end of its 95% interval
 * @param residualDeviation standard deviation of what the model does not explain, °C
 */
public record StationTrend(
    String station,
    int days,
    double level,
    double amplitude,
    double trendPerYear,
    double trendLow,
    double trendHigh,
    double residualDeviation) {}
