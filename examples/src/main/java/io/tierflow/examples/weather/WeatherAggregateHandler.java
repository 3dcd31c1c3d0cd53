package io.tierflow.examples.weather;

import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code weather-aggregate}: sums up a station's year by month, and hands the daily temperatures on
 * to the model. Thread-safe.
 */
public final class WeatherAggregateHandler implements StageHandler<StationYear, YearSummary> {

  private static final double WET_MM = 1.0;

  /** For the service loader. */
  public WeatherAggregateHandler() {}

  @Override
  public String name() {
    return "weather-aggregate";
  }

  @Override
  public YearSummary handle(StationYear input, StageContext context) {
    Map<Integer, List<Day>> byMonth = new TreeMap<>();
    List<Integer> epochDays = new ArrayList<>();
    List<Double> temperatures = new ArrayList<>();
    for (Day day : input.days()) {
      byMonth.computeIfAbsent(day.on().getMonthValue(), month -> new ArrayList<>()).add(day);
      epochDays.add(Math.toIntExact(day.on().toEpochDay()));
      temperatures.add(day.mean());
    }
    List<MonthSummary> months = new ArrayList<>();
    byMonth.forEach((month, days) -> months.add(summary(input, month, days)));
    return new YearSummary(
        input.station(),
        input.year(),
        months,
        epochDays,
        temperatures,
        input.implausible() + input.repeated());
  }

  private static MonthSummary summary(StationYear input, int month, List<Day> days) {
    return new MonthSummary(
        input.station(),
        input.year(),
        month,
        days.size(),
        rounded(days.stream().mapToDouble(Day::mean).average().orElseThrow()),
        days.stream().mapToDouble(Day::max).max().orElseThrow(),
        days.stream().mapToDouble(Day::min).min().orElseThrow(),
        rounded(days.stream().mapToDouble(Day::precipitation).sum()),
        (int) days.stream().filter(day -> day.precipitation() >= WET_MM).count(),
        rounded(days.stream().mapToDouble(Day::wind).average().orElseThrow()));
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
