package io.tierflow.worker.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class LimitedByTest {

  private static final IsolationSettings SETTINGS = IsolationSettings.ofMemory(128L << 20);
  private static final IsolationSettings WITH_CPUS = SETTINGS.withCpus(OptionalDouble.of(0.5));

  @Test
  void groupsWithAllTheirControllersLackNothing() {
    LimitedBy all = LimitedBy.of(unified(), WITH_CPUS);

    assertThat(all.words()).isEqualTo("control groups v2");
    assertThat(all.lack()).isEmpty();
  }

  @Test
  void aControllerThatIsMissingIsNamedWithWhatItWouldLimit() {
    LimitedBy pids = LimitedBy.of(unified("pids"), SETTINGS);
    assertThat(pids.words()).isEqualTo("control groups v2 without pids");
    assertThat(pids.lack())
        .contains(
            "not limited: the number of processes and threads, since this process may not use the"
                + " control groups' pids");

    LimitedBy both = LimitedBy.of(unified("cpu", "pids"), WITH_CPUS);
    assertThat(both.words()).isEqualTo("control groups v2 without cpu, pids");
    assertThat(both.lack())
        .contains(
            "not limited: processors (slot-cpus), the number of processes and threads, since this"
                + " process may not use the control groups' cpu, pids");
  }

  @Test
  void processorsThatNobodyWantsLimitedAreNotMissed() {
    assertThat(LimitedBy.of(unified("cpu"), SETTINGS).words()).isEqualTo("control groups v2");
    assertThat(LimitedBy.of(unified("cpu"), SETTINGS).lack()).isEmpty();
  }

  @Test
  void withoutGroupsTheReasonIsTold() {
    LimitedBy none = LimitedBy.of(ControlGroups.none("no memory controller"), SETTINGS);

    assertThat(none.words()).isEqualTo("Java and ulimit");
    assertThat(none.lack())
        .contains(
            "not limited: the memory of all that a task starts together, processors, the number of"
                + " processes and threads, since there are no control groups: no memory"
                + " controller");
  }

  private static ControlGroups unified(String... missing) {
    return ControlGroups.unified(Path.of("groups"), List.of(missing));
  }
}
