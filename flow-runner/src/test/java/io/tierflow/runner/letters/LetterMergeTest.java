package io.tierflow.runner.letters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierflow.runner.letters.LetterCursor.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LetterMergeTest {

  private final LetterMerge merge =
      new LetterMerge(LetterCursor.of(Map.of(0, new Span(0, 4), 1, new Span(10, 13))));

  @Test
  void handsOnTheOldestOfAllPartitions() {
    merge.add(at(5, 0, 0));
    merge.add(at(7, 0, 3));
    merge.add(at(1, 1, 10));
    merge.add(at(6, 1, 11));
    merge.readUpTo(1, 13);

    assertThat(all()).containsExactly("1-10", "0-0", "1-11", "0-3");
    assertThat(merge.isDone()).isTrue();
  }

  @Test
  void waitsForAPartitionThatMayHaveAnOlderOne() {
    merge.add(at(5, 0, 0));

    assertThat(merge.next()).isEmpty();
    assertThat(merge.wants(1)).isTrue();
    merge.readUpTo(1, 12);
    assertThat(merge.next()).isEmpty();
    merge.readUpTo(1, 13);
    assertThat(merge.next()).map(Letter::id).contains("0-0");
    assertThat(merge.wants(1)).isFalse();
  }

  @Test
  void keepsTheOrderOfAPartitionEvenWhereItsTimesGoBack() {
    merge.add(at(5, 0, 0));
    merge.add(at(1, 0, 1));
    merge.readUpTo(0, 4);
    merge.readUpTo(1, 13);

    assertThat(all()).containsExactly("0-0", "0-1");
  }

  @Test
  void goesOnAtTheFirstLetterNotHandedOnAndPastWhatWasNotMeant() {
    merge.add(at(5, 0, 1));
    merge.add(at(9, 0, 2));
    merge.readUpTo(0, 3);
    merge.add(at(7, 1, 11));
    merge.readUpTo(1, 12);

    assertThat(merge.next()).map(Letter::id).contains("0-1");
    assertThat(merge.position())
        .isEqualTo(LetterCursor.of(Map.of(0, new Span(2, 4), 1, new Span(11, 13))));
    assertThat(merge.next()).map(Letter::id).contains("1-11");
    assertThat(merge.position())
        .isEqualTo(LetterCursor.of(Map.of(0, new Span(2, 4), 1, new Span(12, 13))));
  }

  @Test
  void takesNothingThatCameAfterTheListBegan() {
    merge.add(at(1, 0, 4));
    merge.readUpTo(0, 5);
    merge.readUpTo(1, 20);

    assertThat(all()).isEmpty();
    assertThat(merge.isDone()).isTrue();
  }

  @Test
  void aCursorIsReadAsItWasWritten() {
    LetterCursor cursor = merge.position();

    assertThat(LetterCursor.parse(cursor.toString())).isEqualTo(cursor);
  }

  @Test
  void refusesWhatIsNoCursor() {
    for (String text : List.of("", "x", "MDow", "!", "MDotMS0y")) {
      assertThatThrownBy(() -> LetterCursor.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("cursor '" + text + "': expected a nextCursor of an earlier answer");
    }
  }

  private List<String> all() {
    List<String> ids = new ArrayList<>();
    for (Optional<Letter> next = merge.next(); next.isPresent(); next = merge.next()) {
      ids.add(next.get().id());
    }
    return ids;
  }

  private static Letter at(long seconds, int partition, long offset) {
    return ALetter.of("r1").after(seconds).in(partition, offset);
  }
}
