package io.tierflow.examples.weather;

import java.util.List;

/**
 * What the model's pipeline gets: an object from the pipelines before it to their outputs.
 *
 * @param settings the run's input
 * @param records every station's years
 */
public record FitInput(Settings settings, List<YearSummary> records) {

  /**
   * The run's input.
   *
   * @param source the URL of weather.csv
   * @param folder where the results are written
   * @param resamples of the bootstrap; default 2000
   * @param blockDays of the bootstrap; default 30
   * @param seed of the bootstrap; default 1
   */
  public record Settings(
      String source, String folder, Integer resamples, Integer blockDays, Long seed) {}
}
