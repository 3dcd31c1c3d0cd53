package io.tierflow.examples.weather;

/**
 * One month of one station.
 *
 * @param days how many days had a record
 * @param meanTemperature mean of the days' middles, °C
 * @param highest highest temperature, °C
 * @param lowest lowest temperature, °C
 * @param precipitation sum, mm
 * @param wetDays days with at least 1 mm
 * @param meanWind m/s
 */
public record MonthSummary(
    String station,
    int year,
    int month,
    int days,
    double meanTemperature,
    double highest,
    double lowest,
    double precipitation,
    int wetDays,
    double meanWind) {}
