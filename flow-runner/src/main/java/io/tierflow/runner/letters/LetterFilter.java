package io.tierflow.runner.letters;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.StageTask;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Which dead letters are meant: those that meet every criterion that is given. Immutable.
 *
 * @param stage {@code PIPELINE/STAGE}, or a stage's name in any pipeline
 * @param message found anywhere in the failure's message
 * @param since set aside then or later
 * @param until set aside before
 */
public record LetterFilter(
    Optional<String> flow,
    Optional<String> stage,
    Optional<FailureKind> error,
    Optional<Pattern> message,
    Optional<Instant> since,
    Optional<Instant> until,
    Optional<String> runId) {

  /** The names of the criteria, as {@link #of} takes them. */
  public static final Set<String> CRITERIA =
      Set.of("flow", "stage", "error", "message", "since", "until", "runId");

  private static final java.util.regex.Pattern PLACE =
      java.util.regex.Pattern.compile("[^/]+(/[^/]+)?");

  /**
   * Reads criteria that users wrote. Patterns are RE2's, which take time linear in the message
   * whatever their author had in mind.
   *
   * @param criteria by name; blank ones count as absent, names that are not {@link #CRITERIA} are
   *     for others
   * @throws InvalidCriterionException if a value is not valid
   */
  public static LetterFilter of(Map<String, String> criteria) {
    LetterFilter filter =
        new LetterFilter(
            read(criteria, "flow", Function.identity()),
            read(criteria, "stage", LetterFilter::place),
            read(criteria, "error", LetterFilter::kind),
            read(criteria, "message", LetterFilter::pattern),
            read(criteria, "since", LetterFilter::time),
            read(criteria, "until", LetterFilter::time),
            read(criteria, "runId", Function.identity()));
    if (filter.isOfNoTime()) {
      throw new InvalidCriterionException(
          "since", criteria.get("since"), "a time before until, " + criteria.get("until"), null);
    }
    return filter;
  }

  /** A criterion's value is none. */
  public static final class InvalidCriterionException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String criterion;
    private final String found;
    private final String expected;

    private InvalidCriterionException(
        String criterion, String found, String expected, Throwable cause) {
      super(criterion + ": found '" + found + "', expected " + expected, cause);
      this.criterion = criterion;
      this.found = found;
      this.expected = expected;
    }

    /** Its name. */
    public String criterion() {
      return criterion;
    }

    /** The value. */
    public String found() {
      return found;
    }

    /** What it should be, for a person. */
    public String expected() {
      return expected;
    }
  }

  /** The same, only of the times that both allow. */
  LetterFilter within(Instant from, Instant to) {
    return new LetterFilter(
        flow,
        stage,
        error,
        message,
        Optional.of(since.filter(from::isBefore).orElse(from)),
        Optional.of(until.filter(to::isAfter).orElse(to)),
        runId);
  }

  private boolean isOfNoTime() {
    return since.isPresent() && until.isPresent() && since.get().isAfter(until.get());
  }

  /** Whether a letter is meant. */
  boolean accepts(Letter letter) {
    StageTask task = letter.content().getTask();
    return flow.map(name -> task != null && task.getFlow().equals(name)).orElse(true)
        && stage.map(name -> isAt(name, letter)).orElse(true)
        && error.map(letter.content().getReason().getKind()::equals).orElse(true)
        && since.map(time -> !letter.at().isBefore(time)).orElse(true)
        && until.map(letter.at()::isBefore).orElse(true)
        && runId.map(id -> id.equals(letter.runId())).orElse(true)
        && message
            .map(pattern -> pattern.matcher(letter.content().getReason().getMessage()).find())
            .orElse(true);
  }

  private static boolean isAt(String name, Letter letter) {
    StageTask task = letter.content().getTask();
    return task != null && (task.getStage().equals(name) || letter.stage().equals(name));
  }

  private static <T> Optional<T> read(
      Map<String, String> criteria, String name, Function<String, T> reader) {
    Optional<String> text = Optional.ofNullable(criteria.get(name)).filter(v -> !v.isBlank());
    try {
      return text.map(reader);
    } catch (PatternSyntaxException e) {
      throw refused(name, text, "a regular expression: " + e.getMessage(), e);
    } catch (DateTimeException e) {
      throw refused(name, text, "a time such as 2026-11-24T15:00:00Z", e);
    } catch (UnknownValueException e) {
      throw refused(name, text, e.getMessage(), e);
    }
  }

  private static InvalidCriterionException refused(
      String name, Optional<String> found, String expected, Exception cause) {
    return new InvalidCriterionException(name, found.orElse(""), expected, cause);
  }

  private static String place(String text) {
    if (!PLACE.matcher(text).matches()) {
      throw new UnknownValueException("PIPELINE/STAGE, or a stage's name in any pipeline");
    }
    return text;
  }

  private static FailureKind kind(String text) {
    String name = text.strip().toUpperCase(Locale.ROOT);
    return Arrays.stream(FailureKind.values())
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new UnknownValueException("one of " + Arrays.toString(FailureKind.values())));
  }

  private static Pattern pattern(String text) {
    return Pattern.compile(text);
  }

  private static Instant time(String text) {
    return OffsetDateTime.parse(text.strip()).toInstant();
  }

  private static final class UnknownValueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownValueException(String expected) {
      super(expected);
    }
  }
}
