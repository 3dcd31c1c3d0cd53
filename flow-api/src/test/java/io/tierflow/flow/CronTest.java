package io.tierflow.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CronTest {

  private static final List<String> ZONES =
      List.of(
          "UTC",
          "Europe/Berlin",
          "America/New_York",
          "Australia/Lord_Howe",
          "Pacific/Apia",
          "America/Sao_Paulo",
          "Asia/Kathmandu");

  @Test
  void aDailyTimeThatTheClocksLeaveOutIsDueAtTheChange() {
    assertThat(due("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 3))
        .containsExactly("2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z");
  }

  @Test
  void aDailyTimeThatTheClocksShowTwiceIsDueOnce() {
    assertThat(due("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2))
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
  }

  @Test
  void severalTimesThatTheClocksLeaveOutAreDueOnceAtTheChange() {
    assertThat(due("*/15 2 * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", 2))
        .containsExactly("2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z");
  }

  @Test
  void everyHourFollowsTheTimeThatPasses() {
    assertThat(due("30 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", 3))
        .containsExactly("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z");
    assertThat(due("30 * * * *", "Europe/Berlin", "2026-10-25T00:00:00Z", 3))
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z");
  }

  @Test
  void eitherDayIsEnoughWhenBothAreGiven() {
    assertThat(due("0 0 13 * 5", "UTC", "2026-02-01T00:00:00Z", 5))
        .containsExactly(
            "2026-02-06T00:00:00Z",
            "2026-02-13T00:00:00Z",
            "2026-02-20T00:00:00Z",
            "2026-02-27T00:00:00Z",
            "2026-03-06T00:00:00Z");
  }

  @Test
  void aLeapDayIsFoundYearsAhead() {
    assertThat(due("0 0 29 2 *", "Europe/Berlin", "2096-03-01T00:00:00Z", 1))
        .containsExactly("2104-02-28T23:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "* * * *", "* * * * * *", "60 * * * *", "x * * * *", "0 0 31 2 *"})
  void refusesWhatIsNoCronOrNeverDue(String expression) {
    assertThatThrownBy(() -> Cron.parse(expression, Cron.UTC))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .contains("cron");
  }

  /** Minute by minute, over spans around the changes of the clocks and anywhere else. */
  @Test
  void isDueWhenTheClocksShowWhatTheExpressionSays() {
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
      Fields fields = Fields.random(random);
      Cron cron = Cron.parse(fields.text(), zone);
      Instant from = somewhere(random, zone);
      Instant until = from.plus(2 + random.nextInt(4), ChronoUnit.DAYS);
      List<Instant> found = new ArrayList<>();
      Instant next = cron.next(from);
      while (next.isBefore(until) && found.size() < 10_000) {
        found.add(next);
        next = cron.next(next);
      }
      assertThat(found)
          .as("case %s: %s from %s", i, cron, from)
          .containsExactlyElementsOf(minuteByMinute(fields, zone, from, until));
    }
  }

  private static Instant somewhere(Random random, ZoneId zone) {
    Instant any = Instant.parse("2000-01-01T00:00:00Z").plusSeconds(random.nextInt(1_700_000_000));
    var change = zone.getRules().nextTransition(any);
    return change == null || random.nextInt(4) == 0
        ? any.plusMillis(random.nextInt(1000))
        : change.getInstant().minusSeconds(random.nextInt(200_000));
  }

  private static Set<Instant> minuteByMinute(
      Fields fields, ZoneId zone, Instant from, Instant until) {
    TreeSet<Instant> due = new TreeSet<>();
    if (fields.hours().startsWith("*")) {
      Instant minute = from.truncatedTo(ChronoUnit.MINUTES);
      for (; minute.isBefore(until); minute = minute.plusSeconds(60)) {
        if (fields.match(LocalDateTime.ofInstant(minute, zone))) {
          due.add(minute);
        }
      }
    } else {
      LocalDateTime local =
          LocalDateTime.ofInstant(from, zone).truncatedTo(ChronoUnit.MINUTES).minusDays(2);
      for (; local.isBefore(LocalDateTime.ofInstant(until, zone).plusDays(2)); ) {
        if (fields.match(local)) {
          var change = zone.getRules().getTransition(local);
          due.add(
              change != null && change.isGap()
                  ? change.getInstant()
                  : local.toInstant(zone.getRules().getValidOffsets(local).get(0)));
        }
        local = local.plusMinutes(1);
      }
    }
    return new TreeSet<>(due.subSet(from, false, until, false));
  }

  private static List<String> due(String expression, String zone, String after, int count) {
    Cron cron = Cron.parse(expression, ZoneId.of(zone));
    List<String> due = new ArrayList<>();
    Instant next = Instant.parse(after);
    for (int i = 0; i < count; i++) {
      next = cron.next(next);
      due.add(next.toString());
    }
    return due;
  }

  /** Five fields, each *, a step, a number, a range or a list; matched without any library. */
  private record Fields(String minutes, String hours, String days, String months, String weekdays) {

    static Fields random(Random random) {
      return new Fields(
          field(random, 0, 59),
          field(random, 0, 23),
          random.nextInt(2) == 0 ? "*" : field(random, 1, 28),
          random.nextInt(3) > 0 ? "*" : field(random, 1, 12),
          random.nextInt(2) == 0 ? "*" : field(random, 0, 6));
    }

    private static String field(Random random, int min, int max) {
      int from = min + random.nextInt(max - min + 1);
      int to = from + random.nextInt(max - from + 1);
      return switch (random.nextInt(6)) {
        case 0 -> "*";
        case 1 -> "*/" + (1 + random.nextInt(max));
        case 2 -> from + "-" + to;
        case 3 -> from == to ? String.valueOf(from) : from + "," + to;
        case 4 -> from + "-" + to + "/" + (1 + random.nextInt(5));
        default -> String.valueOf(from);
      };
    }

    String text() {
      return String.join(" ", minutes, hours, days, months, weekdays);
    }

    boolean match(LocalDateTime time) {
      boolean day = matches(days, 1, time.getDayOfMonth());
      boolean weekday = matches(weekdays, 0, time.getDayOfWeek().getValue() % 7);
      boolean either = !every(days) && !every(weekdays);
      return matches(minutes, 0, time.getMinute())
          && matches(hours, 0, time.getHour())
          && matches(months, 1, time.getMonthValue())
          && (either ? day || weekday : day && weekday);
    }

    private static boolean every(String field) {
      return field.equals("*") || field.equals("*/1");
    }

    private static boolean matches(String field, int min, int value) {
      for (String part : field.split(",", -1)) {
        String[] range = part.split("/", -1)[0].split("-", -1);
        int step = part.contains("/") ? Integer.parseInt(part.split("/", -1)[1]) : 1;
        int from = range[0].equals("*") ? min : Integer.parseInt(range[0]);
        int to =
            range[0].equals("*") ? Integer.MAX_VALUE : Integer.parseInt(range[range.length - 1]);
        if (value >= from && value <= to && (value - from) % step == 0) {
          return true;
        }
      }
      return false;
    }
  }
}
