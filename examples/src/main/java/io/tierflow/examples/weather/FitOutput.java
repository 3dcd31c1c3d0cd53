package io.tierflow.examples.weather;

import java.util.List;

/**
 * What is published.
 *
 * @param folder where to, from the run's input
 * @param report the trends with how they were found
 * @param trends one per station
 * @param months every month of every station
 */
public record FitOutput(
    String folder, Report report, List<StationTrend> trends, List<MonthSummary> months) {

  /** Copies the lists. */
  public FitOutput {
    trends = List.copyOf(trends);
    months = List.copyOf(months);
  }

  /** The trends with how they were found, and how many rows cleaning left out. */
  public record Report(
      String source,
      int resamples,
      int blockDays,
      long seed,
      int leftOut,
      List<StationTrend> stations) {

    /** Copies the list. */
    public Report {
      stations = List.copyOf(stations);
    }
  }
}
