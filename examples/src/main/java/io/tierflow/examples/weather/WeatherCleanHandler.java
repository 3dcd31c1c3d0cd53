package io.tierflow.examples.weather;

import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import io.tierflow.handler.StageHandler;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code weather-clean}: takes the text of weather.csv and returns one {@link StationYear} per
 * station and calendar year. Rows with impossible values and repeated dates are left out and
 * counted; a row that is no record at all makes the whole input invalid. Thread-safe.
 */
public final class WeatherCleanHandler implements StageHandler<String, List<StationYear>> {

  private static final String HEADER = "location,date,precipitation,temp_max,temp_min,wind,weather";
  private static final int COLUMNS = 7;

  /** For the service loader. */
  public WeatherCleanHandler() {}

  @Override
  public String name() {
    return "weather-clean";
  }

  @Override
  public List<StationYear> handle(String csv, StageContext context) throws StageException {
    if (csv == null || csv.isBlank()) {
      throw StageException.invalidInput(
          name() + ": input: expected the text of a CSV file, found nothing");
    }
    Iterator<String> lines = csv.lines().iterator();
    String header = lines.next();
    if (!header.equals(HEADER)) {
      throw StageException.invalidInput(
          "%s: line 1: expected %s, found %s".formatted(name(), HEADER, header));
    }
    Map<String, Group> groups = new TreeMap<>();
    for (int number = 2; lines.hasNext(); number++) {
      add(groups, number, lines.next());
    }
    return groups.values().stream().map(Group::cleaned).toList();
  }

  private void add(Map<String, Group> groups, int number, String line) throws StageException {
    String[] fields = line.split(",", -1);
    if (fields.length != COLUMNS || fields[0].isBlank()) {
      throw invalid(number, COLUMNS + " columns beginning with a location", line, null);
    }
    Day day;
    LocalDate date;
    try {
      date = LocalDate.parse(fields[1]);
      day =
          new Day(
              fields[1],
              Double.parseDouble(fields[2]),
              Double.parseDouble(fields[3]),
              Double.parseDouble(fields[4]),
              Double.parseDouble(fields[5]));
    } catch (DateTimeException | NumberFormatException e) {
      throw invalid(number, "an ISO date and four numbers", line, e);
    }
    groups
        .computeIfAbsent(
            fields[0] + "/" + date.getYear(), key -> new Group(fields[0], date.getYear()))
        .add(day);
  }

  private StageException invalid(int number, String expected, String line, Exception cause) {
    String message =
        "%s: line %d: expected %s, found '%s'".formatted(name(), number, expected, line);
    return cause == null
        ? StageException.invalidInput(message)
        : new StageException(FailureKind.INVALID_INPUT, message, cause);
  }

  private static boolean isPlausible(Day day) {
    boolean finite = Double.isFinite(day.precipitation() + day.max() + day.min() + day.wind());
    return finite
        && day.precipitation() >= 0
        && day.wind() >= 0
        && day.min() <= day.max()
        && day.min() >= -90
        && day.max() <= 60;
  }

  /** What has been read of one station's year. Used by one thread. */
  private static final class Group {

    private final String station;
    private final int year;
    private final Map<String, Day> days = new TreeMap<>();
    private int implausible;
    private int repeated;

    Group(String station, int year) {
      this.station = station;
      this.year = year;
    }

    void add(Day day) {
      if (!isPlausible(day)) {
        implausible++;
      } else if (days.putIfAbsent(day.date(), day) != null) {
        repeated++;
      }
    }

    StationYear cleaned() {
      return new StationYear(station, year, new ArrayList<>(days.values()), implausible, repeated);
    }
  }
}
