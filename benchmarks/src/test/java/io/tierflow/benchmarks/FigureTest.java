package io.tierflow.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FigureTest {

  @Test
  void aSidesValueIsTheMedianOfItsRepetitions() {
    assertThat(measured(9, 1, 5).value()).isEqualTo(5);
    assertThat(measured(9, 1, 5, 7).value()).isEqualTo(6);
    assertThat(measured(4).value()).isEqualTo(4);
  }

  @Test
  void aSideWithoutRepetitionsIsRefused() {
    assertThatThrownBy(() -> measured())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found none, expected at least one");
  }

  @Test
  void aRatioOfAtMostTheLimitMeetsTheTarget() {
    assertThat(figure(13, 10, Target.atMost(1.3)).isMet()).isTrue();
    assertThat(figure(5, 10, Target.atMost(1.3)).isMet()).isTrue();
    assertThat(figure(14, 10, Target.atMost(1.3)).isMet()).isFalse();
  }

  @Test
  void aRatioOfAtLeastTheLimitMeetsTheTarget() {
    assertThat(figure(5, 10, Target.atLeast(0.5)).isMet()).isTrue();
    assertThat(figure(20, 10, Target.atLeast(0.5)).isMet()).isTrue();
    assertThat(figure(4, 10, Target.atLeast(0.5)).isMet()).isFalse();
  }

  @Test
  void aBaselineThatGaveNothingIsNoBaseline() {
    assertThatThrownBy(() -> figure(1, 0, Target.atLeast(0.5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("speed: found a baseline of 0.0, expected more than zero");
  }

  @Test
  void theSidesTakeTurnsAtBeingFirst() {
    assertThat(Turns.of(2))
        .containsExactly(Side.BASELINE, Side.MEASURED, Side.MEASURED, Side.BASELINE);
  }

  private static Figure figure(double value, double baseline, Target target) {
    return new Figure("speed", "stages per second", measured(value), measured(baseline), target);
  }

  private static Measured measured(double... repetitions) {
    return new Measured(Arrays.stream(repetitions).boxed().toList(), Map.of(), List.of());
  }
}
