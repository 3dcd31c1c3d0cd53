package io.tierflow.standalone.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TimesTest {

  @Test
  void takesTheMiddleOfAnOddNumber() {
    assertThat(new Times(List.of(900L, 100L, 300L)).text())
        .isEqualTo("median 300 ms, 100 to 900 ms, 3 kills");
  }

  @Test
  void takesTheMeanOfTheMiddleTwoOfAnEvenNumber() {
    assertThat(new Times(List.of(400L, 100L, 900L, 200L)).median()).isEqualTo(300);
  }

  @Test
  void refusesToTellOfNothing() {
    assertThatThrownBy(() -> new Times(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("times: found none, expected at least one");
  }
}
