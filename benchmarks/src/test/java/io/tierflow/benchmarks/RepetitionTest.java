package io.tierflow.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** What a side's process answers is what its figure is made of. */
final class RepetitionTest {

  @Test
  void oneThatIsNoDistributionComesBackAsItWas() {
    Repetition sent = Repetition.of(15_267.5, Map.of("broker", 37.25, "total", 129.0));
    assertThat(SideMain.ofJson(SideMain.toJson(sent))).isEqualTo(sent);
  }

  @Test
  void theLatenciesOfAllRepetitionsAreTakenTogether() {
    List<Repetition> received =
        List.of(latencies(10_000_000), latencies(20_000_000), latencies(90_000_000));
    Measured together = new HopLatency().together(received);
    assertThat(together.repetitions()).containsExactly(1.0, 2.0, 9.0);
    assertThat(together.percentiles().get("p50")).isBetween(1.99, 2.01);
    assertThat(together.percentiles().get("max")).isBetween(8.99, 9.01);
  }

  @Test
  void whatIsNoRepetitionIsSaidAsFound() {
    assertThatThrownBy(() -> SideMain.ofJson("Killed"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("found 'Killed', expected a repetition");
  }

  private static Repetition latencies(long nanos) {
    Histogram latencies = Latencies.empty();
    latencies.recordValue(nanos);
    Repetition sent =
        new Repetition(nanos / 1e7, Map.of("total", 1.0), Latencies.toText(latencies));
    return SideMain.ofJson(SideMain.toJson(sent));
  }
}
