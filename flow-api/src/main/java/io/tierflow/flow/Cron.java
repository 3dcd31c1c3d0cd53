package io.tierflow.flow;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Due times by a cron expression of five fields (minute, hour, day of month, month, day of week) on
 * the clocks of a zone. When neither day is {@code *}, either is enough.
 *
 * <p>When the clocks change, an expression whose hour field begins with {@code *} follows the time
 * that really passes: an hour that the clocks show twice has its due times twice, one that they
 * leave out has none. Any other expression is due once for each time of day it names: the first
 * time around where the clocks show it twice, and at the moment of the change where they leave it
 * out.
 */
public final class Cron implements Timing {

  /** Whose clocks count when no zone is named. */
  public static final ZoneId UTC = ZoneId.of("UTC");

  /** The longest expression that is taken, in characters. */
  public static final int MAX_LENGTH = 200;

  private static final String EXPECTED =
      "five cron fields: minute, hour, day of month, month, day of week, such as '0 3 * * *'";

  private static final Pattern FIVE_FIELDS = Pattern.compile("(\\S+ ){4}\\S+");

  private final String expression;
  private final ZoneId zone;
  private final ExecutionTime times;
  private final boolean followsTime;

  private Cron(String expression, ZoneId zone, ExecutionTime times) {
    this.expression = expression;
    this.zone = zone;
    this.times = times;
    this.followsTime = expression.charAt(expression.indexOf(' ') + 1) == '*';
  }

  /**
   * Parses an expression.
   *
   * @throws IllegalArgumentException if it has no five fields, or is never due; the message says
   *     what was expected
   */
  public static Cron parse(String expression, ZoneId zone) {
    String text = expression.strip().replaceAll("\\s+", " ").toUpperCase(Locale.ROOT);
    if (text.length() > MAX_LENGTH || !FIVE_FIELDS.matcher(text).matches()) {
      throw new IllegalArgumentException(EXPECTED);
    }
    try {
      // The definition and the parser keep state while they parse: none is shared.
      CronParser parser =
          new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
      Cron cron = new Cron(text, zone, ExecutionTime.forCron(parser.parse(text)));
      if (cron.nextLocal(LocalDateTime.of(2000, 1, 1, 0, 0)).isPresent()) {
        return cron;
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(EXPECTED + ": " + e.getMessage(), e);
    }
    throw new IllegalArgumentException("a cron expression that comes due some day");
  }

  @Override
  public Instant next(Instant after) {
    return followsTime ? nextAsTimePasses(after) : nextByTheClock(after);
  }

  // The moment of a time of day never runs back, and that of the time now is not after now.
  private Instant nextByTheClock(Instant after) {
    LocalDateTime local = LocalDateTime.ofInstant(after, zone);
    Instant moment;
    do {
      local = nextLocal(local).orElseThrow();
      moment = moment(local);
    } while (!moment.isAfter(after));
    return moment;
  }

  private Instant moment(LocalDateTime local) {
    ZoneOffsetTransition change = zone.getRules().getTransition(local);
    return change != null && change.isGap()
        ? change.getInstant()
        : local.atZone(zone).withEarlierOffsetAtOverlap().toInstant();
  }

  private Instant nextAsTimePasses(Instant after) {
    ZoneRules rules = zone.getRules();
    LocalDateTime local = LocalDateTime.ofInstant(after, zone);
    Instant from = after;
    while (true) {
      ZoneOffset offset = rules.getOffset(from);
      Instant due = nextLocal(local).orElseThrow().toInstant(offset);
      ZoneOffsetTransition change = rules.nextTransition(from);
      if (change == null || due.isBefore(change.getInstant())) {
        return due;
      }
      from = change.getInstant();
      local = change.getDateTimeAfter().minusSeconds(1); // the moment of the change may be due
    }
  }

  // On clocks that never change: what changes mean is said above, not left to the library.
  private Optional<LocalDateTime> nextLocal(LocalDateTime after) {
    return times.nextExecution(after.atZone(ZoneOffset.UTC)).map(next -> next.toLocalDateTime());
  }

  /** The expression, in capitals and with single spaces. */
  public String expression() {
    return expression;
  }

  /** Whose clocks. */
  public ZoneId zone() {
    return zone;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cron cron
        && cron.expression.equals(expression)
        && cron.zone.equals(zone);
  }

  @Override
  public int hashCode() {
    return expression.hashCode() * 31 + zone.hashCode();
  }

  @Override
  public String toString() {
    return expression + " " + zone;
  }
}
