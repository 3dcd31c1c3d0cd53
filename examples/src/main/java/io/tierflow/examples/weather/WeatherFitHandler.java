package io.tierflow.examples.weather;

import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import io.tierflow.handler.StageHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * {@code weather-fit}: fits every station's daily temperatures by seasons and trend and bootstraps
 * the trend's interval: the heavy stage, real computation. The same input gives the same output.
 * Thread-safe; an interrupt ends it within some tens of resamples.
 */
public final class WeatherFitHandler implements StageHandler<FitInput, FitOutput> {

  private static final int DEFAULT_RESAMPLES = 2000;
  private static final int MAX_RESAMPLES = 1_000_000;
  private static final int DEFAULT_BLOCK_DAYS = 30;
  private static final int MIN_DAYS = 365;

  /** For the service loader. */
  public WeatherFitHandler() {}

  @Override
  public String name() {
    return "weather-fit";
  }

  @Override
  public FitOutput handle(FitInput input, StageContext context)
      throws StageException, InterruptedException {
    if (input == null || input.settings() == null || input.records() == null) {
      throw StageException.invalidInput(
          name() + ": input: expected an object with settings and records");
    }
    BlockBootstrap bootstrap = bootstrap(input.settings());
    String folder = input.settings().folder();
    if (folder == null || folder.isBlank()) {
      throw StageException.invalidInput(
          name() + ": settings.folder: expected where to write the results, found nothing");
    }
    Map<String, List<YearSummary>> stations = new TreeMap<>();
    for (YearSummary year : input.records()) {
      stations.computeIfAbsent(year.station(), station -> new ArrayList<>()).add(year);
    }
    List<StationTrend> trends = new ArrayList<>();
    for (Map.Entry<String, List<YearSummary>> station : stations.entrySet()) {
      int before = trends.size();
      trends.add(
          fit(
              station.getKey(),
              station.getValue(),
              bootstrap,
              share -> context.progress((before + share) / stations.size(), station.getKey())));
    }
    int leftOut = input.records().stream().mapToInt(YearSummary::leftOut).sum();
    FitOutput.Report report =
        new FitOutput.Report(
            input.settings().source(),
            bootstrap.resamples(),
            bootstrap.blockDays(),
            bootstrap.seed(),
            leftOut,
            trends);
    List<MonthSummary> months =
        input.records().stream().flatMap(year -> year.months().stream()).toList();
    return new FitOutput(folder, report, trends, months);
  }

  private BlockBootstrap bootstrap(FitInput.Settings settings) throws StageException {
    int resamples = Objects.requireNonNullElse(settings.resamples(), DEFAULT_RESAMPLES);
    int blockDays = Objects.requireNonNullElse(settings.blockDays(), DEFAULT_BLOCK_DAYS);
    if (resamples < 1 || resamples > MAX_RESAMPLES) {
      throw StageException.invalidInput(
          "%s: settings.resamples: expected 1 to %d, found %d"
              .formatted(name(), MAX_RESAMPLES, resamples));
    }
    if (blockDays < 1) {
      throw StageException.invalidInput(
          "%s: settings.blockDays: expected 1 or more, found %d".formatted(name(), blockDays));
    }
    return new BlockBootstrap(
        resamples, blockDays, Objects.requireNonNullElse(settings.seed(), 1L));
  }

  /** Told which share of a station's work is done. */
  private interface Progress {
    void done(double share);
  }

  private StationTrend fit(
      String station, List<YearSummary> years, BlockBootstrap bootstrap, Progress progress)
      throws StageException, InterruptedException {
    int[] days =
        years.stream().flatMap(y -> y.epochDays().stream()).mapToInt(Integer::intValue).toArray();
    double[] values =
        years.stream()
            .flatMap(y -> y.temperatures().stream())
            .mapToDouble(Double::doubleValue)
            .toArray();
    if (days.length < MIN_DAYS || days.length != values.length) {
      throw StageException.invalidInput(
          "%s: station '%s': expected at least %d days with a temperature each, found %d and %d"
              .formatted(name(), station, MIN_DAYS, days.length, values.length));
    }
    SeasonalRegression regression = new SeasonalRegression(days);
    double[] coefficients = regression.fit(values);
    BlockBootstrap.Interval interval =
        bootstrap.trend(
            regression, values, done -> progress.done((double) done / bootstrap.resamples()));
    double[] fitted = regression.predict(coefficients);
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      squares += (values[i] - fitted[i]) * (values[i] - fitted[i]);
    }
    return new StationTrend(
        station,
        days.length,
        rounded(coefficients[0]),
        rounded(Math.hypot(coefficients[2], coefficients[3])),
        rounded(coefficients[SeasonalRegression.TREND]),
        rounded(interval.low()),
        rounded(interval.high()),
        rounded(Math.sqrt(squares / (values.length - coefficients.length))));
  }

  private static double rounded(double value) {
    return Math.round(value * 10_000) / 10_000.0;
  }
}
