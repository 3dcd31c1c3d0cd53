package io.tierflow.standalone.hosted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.flow.Launcher;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostedWorkersTest {

  @Test
  void metersOfSeveralWorkersAreToldApart() {
    MeterRegistry runner = new SimpleMeterRegistry();
    slots(HostedMeters.of(runner, "gpu", Launcher.IN_PROCESS, HostedMeters.LOCAL), 1);
    slots(HostedMeters.of(runner, "gpu", Launcher.SSH, "a@one"), 2);
    slots(HostedMeters.of(runner, "gpu", Launcher.SSH, "a@two"), 3);

    assertThat(runner.get("slots").gauges())
        .extracting(Gauge::value)
        .containsExactlyInAnyOrder(1.0, 2.0, 3.0);
    assertThat(
            runner
                .get("slots")
                .tags("class", "gpu", "launcher", "ssh", "target", "a@two")
                .gauge()
                .value())
        .isEqualTo(3);
  }

  @Test
  void aStopThatFailsKeepsNoneOfTheOthers() {
    List<String> done = new ArrayList<>();
    Runnable fails =
        () -> {
          throw new IllegalStateException("on purpose");
        };

    assertThatThrownBy(
            () -> HostedWorkers.inOrder(List.of(() -> done.add("a"), fails, () -> done.add("b"))))
        .hasMessage("on purpose");

    assertThat(done).containsExactly("a", "b");
  }

  private static void slots(MeterRegistry meters, int slots) {
    Gauge.builder("slots", () -> slots).register(meters);
  }
}
