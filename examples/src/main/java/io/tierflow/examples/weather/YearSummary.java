package io.tierflow.examples.weather;

import java.util.List;

/**
 * A station's year as the model needs it.
 *
 * @param months the months with records, in order
 * @param epochDays the days with records, counted from 1970-01-01, in order
 * @param temperatures the mean temperatures of those days, °C
 * @param leftOut how many rows cleaning left out
 */
public record YearSummary(
    String station,
    int year,
    List<MonthSummary> months,
    List<Integer> epochDays,
    List<Double> temperatures,
    int leftOut) {

  /** Copies the lists. */
  public YearSummary {
    months = List.copyOf(months);
    epochDays = List.copyOf(epochDays);
    temperatures = List.copyOf(temperatures);
  }
}
