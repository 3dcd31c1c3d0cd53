package io.tierflow.examples.weather;

import java.util.List;

/**
 * One calendar year of one station after cleaning: one element of the flow's for-each.
 *
 * @param days in order of their dates, each date once
 * @param implausible how many rows were left out because their values cannot be
 * @param repeated how many rows were left out because their date had been there before
 */
public record StationYear(String station, int year, List<Day> days, int implausible, int repeated) {

  /** Copies the list. */
  public StationYear {
    days = List.copyOf(days);
  }
}
