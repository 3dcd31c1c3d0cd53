package io.tierflow.standalone.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A short run under faults; {@link FaultRunMain} makes long ones. */
class GuaranteesTest {

  private static final FaultRun.Settings SETTINGS =
      new FaultRun.Settings(
          GuaranteesTest.class, 20, new FaultCluster.Size(1, 2, 3, 3), Duration.ofMillis(1500));
  private static final int FAULTS = 5;

  @Test
  void keepsEveryPromiseWhileProcessesAreKilledFrozenAndRestarted() throws Exception {
    FaultRun run = new FaultRun(SETTINGS, InstantSource.system(), System.out::println);

    FaultRun.Report report = run.run(progress -> progress.faults() < FAULTS);

    System.out.println(report);
    assertThat(report.violations()).isEmpty();
    assertThat(report.faults().values().stream().mapToInt(Integer::intValue).sum())
        .isEqualTo(FAULTS);
    assertThat(report.counts()).containsKeys("runs shown SUCCEEDED", "events", "tasks sent");
  }

  @Test
  void choosesTheSameFaultsForTheSameSeed() {
    assertThat(faults(1)).isEqualTo(faults(1)).isNotEqualTo(faults(2));
  }

  private static List<Fault> faults(long seed) {
    FaultPlan plan =
        new FaultPlan(seed, new FaultCluster.Size(3, 2, 2, 1), Duration.ofSeconds(1), true);
    return Stream.generate(plan::next).limit(50).toList();
  }
}
