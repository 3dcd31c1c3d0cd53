package io.tierflow.runner.letters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierflow.schemas.FailureKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LetterFilterTest {

  private static final Letter LETTER =
      ALetter.of("r1")
          .stage("main/fetch")
          .failed(FailureKind.TIMED_OUT, "no answer from station 7 in 30 s")
          .in(0, 0);
  private static final Letter RECORD = ALetter.letter(0, 1, ALetter.undecodable("r2"));

  @Test
  void acceptsEverythingWithoutCriteria() {
    assertThat(accepts(Map.of(), LETTER)).isTrue();
    assertThat(accepts(Map.of("flow", " "), RECORD)).isTrue();
  }

  @Test
  void choosesByFlow() {
    assertThat(accepts(Map.of("flow", "weather"), LETTER)).isTrue();
    assertThat(accepts(Map.of("flow", "weath"), LETTER)).isFalse();
    assertThat(accepts(Map.of("flow", "weather"), RECORD)).isFalse();
  }

  @Test
  void choosesByStageWithAndWithoutItsPipeline() {
    assertThat(accepts(Map.of("stage", "fetch"), LETTER)).isTrue();
    assertThat(accepts(Map.of("stage", "main/fetch"), LETTER)).isTrue();
    assertThat(accepts(Map.of("stage", "other/fetch"), LETTER)).isFalse();
    assertThat(accepts(Map.of("stage", "main"), LETTER)).isFalse();
    assertThat(accepts(Map.of("stage", "fetch"), RECORD)).isFalse();
  }

  @Test
  void choosesByKindInAnyCase() {
    assertThat(accepts(Map.of("error", "timed_out"), LETTER)).isTrue();
    assertThat(accepts(Map.of("error", "OUT_OF_MEMORY"), LETTER)).isFalse();
    assertThat(accepts(Map.of("error", "UNDECODABLE"), RECORD)).isTrue();
  }

  @Test
  void choosesByAPatternAnywhereInTheMessage() {
    assertThat(accepts(Map.of("message", "station \\d+"), LETTER)).isTrue();
    assertThat(accepts(Map.of("message", "^station"), LETTER)).isFalse();
    assertThat(accepts(Map.of("message", "(?i)NO ANSWER"), LETTER)).isTrue();
  }

  @Test
  void choosesByTimeFromSinceToBeforeUntil() {
    assertThat(accepts(Map.of("since", "2026-11-24T10:00:00Z"), LETTER)).isTrue();
    assertThat(accepts(Map.of("since", "2026-11-24T10:00:00.001Z"), LETTER)).isFalse();
    assertThat(accepts(Map.of("until", "2026-11-24T10:00:00Z"), LETTER)).isFalse();
    assertThat(accepts(Map.of("until", "2026-11-24T12:00:01+02:00"), LETTER)).isTrue();
  }

  @Test
  void choosesByRun() {
    assertThat(accepts(Map.of("runId", "r1"), LETTER)).isTrue();
    assertThat(accepts(Map.of("runId", "r1"), RECORD)).isFalse();
    assertThat(accepts(Map.of("runId", "r2"), RECORD)).isTrue();
  }

  @Test
  void wantsEveryCriterionMet() {
    assertThat(accepts(Map.of("flow", "weather", "stage", "fetch", "runId", "r1"), LETTER))
        .isTrue();
    assertThat(accepts(Map.of("flow", "weather", "stage", "fetch", "runId", "r2"), LETTER))
        .isFalse();
  }

  @Test
  void narrowsTheTimeAndNeverWidensIt() {
    LetterFilter filter =
        LetterFilter.of(Map.of("since", "2026-11-24T10:00:00Z", "until", "2026-11-24T11:00:00Z"));

    assertThat(filter.within(ALetter.START.minusSeconds(9), ALetter.START.plusSeconds(9)))
        .satisfies(narrow -> assertThat(narrow.since()).contains(ALetter.START))
        .satisfies(narrow -> assertThat(narrow.until()).contains(ALetter.START.plusSeconds(9)));
    assertThat(filter.within(ALetter.START.plusSeconds(5), ALetter.START.plus(Duration.ofDays(1))))
        .satisfies(narrow -> assertThat(narrow.since()).contains(ALetter.START.plusSeconds(5)))
        .satisfies(narrow -> assertThat(narrow.until()).isEqualTo(filter.until()));
  }

  @Test
  void namesTheValueThatIsNotValid() {
    refuses("message", "(", "a regular expression");
    refuses("since", "yesterday", "a time such as 2026-11-24T15:00:00Z");
    refuses("until", "2h", "a time such as");
    refuses("error", "BROKEN", "HANDLER_ERROR");
    for (String place : List.of("a/b/c", "a/", "/b", "/")) {
      refuses("stage", place, "PIPELINE/STAGE, or a stage's name in any pipeline");
    }
  }

  @Test
  void refusesATimeThatEndsBeforeItBegins() {
    String ten = "2026-11-24T10:00:00Z";
    assertThatThrownBy(() -> LetterFilter.of(Map.of("since", "2026-11-24T11:00:00Z", "until", ten)))
        .hasMessage("since: found '2026-11-24T11:00:00Z', expected a time before until, " + ten);
    assertThat(accepts(Map.of("since", ten, "until", ten), LETTER)).as("no time at all").isFalse();
  }

  @Test
  @Timeout(10)
  void isNotHeldUpByAPatternThatTriesEverything() {
    Letter long30 =
        ALetter.of("r1").failed(FailureKind.TIMED_OUT, "a".repeat(2_000) + "!").in(0, 0);

    assertThat(accepts(Map.of("message", "^(a+)+$"), long30)).isFalse();
  }

  private static boolean accepts(Map<String, String> criteria, Letter letter) {
    return LetterFilter.of(criteria).accepts(letter);
  }

  private static void refuses(String name, String value, String expected) {
    assertThatThrownBy(() -> LetterFilter.of(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(name + ": found '" + value + "', expected ")
        .hasMessageContaining(expected);
  }
}
