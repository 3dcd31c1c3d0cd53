package io.tierflow.examples.weather;

import java.time.LocalDate;

/**
 * One day at one station.
 *
 * @param date ISO 8601
 * @param precipitation mm
 * @param max highest temperature, °C
 * @param min lowest temperature, °C
 * @param wind m/s
 */
public record Day(String date, double precipitation, double max, double min, double wind) {

  /** The middle of the day's extremes, °C. */
  double mean() {
    return (max + min) / 2;
  }

  /** The date, parsed. */
  LocalDate on() {
    return LocalDate.parse(date);
  }
}
