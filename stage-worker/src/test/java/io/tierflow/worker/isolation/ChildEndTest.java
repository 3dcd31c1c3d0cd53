package io.tierflow.worker.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** By what a child left behind: nothing is started here. */
class ChildEndTest {

  private static final long MEMORY = 128L << 20;
  private static final MemoryKills NONE = new MemoryKills(0, false);

  @Test
  void whatTheKernelKilledForMemoryAroundTheSlotSaysSo() {
    Failure around = end(137, true, new MemoryKills(1, false), "").failure();
    assertThat(around.kind()).isEqualTo(FailureKind.OUT_OF_MEMORY);
    assertThat(around.outsideSlot()).isTrue();
    assertThat(around.message()).contains("the slot's memory of 128 MiB was not used up");

    assertThat(end(137, true, new MemoryKills(1, true), "").failure().outsideSlot()).isFalse();
  }

  @Test
  void aMachineThatRefusesMemoryIsTheSlotsOwnOnlyWhereItsDataIsLimited() {
    String words = "There is insufficient memory for the Java Runtime Environment to continue.";

    assertThat(end(1, true, NONE, words).failure())
        .isEqualTo(
            Failure.outsideSlot("its Java machine got no more memory from the system", words));
    assertThat(end(1, false, NONE, words).failure())
        .isEqualTo(
            Failure.of(
                FailureKind.OUT_OF_MEMORY,
                "its Java machine got no more memory from the system",
                words));
  }

  @Test
  void aThreadThatCannotBeStartedIsNoLackOfMemory() {
    String thrown = "java.lang.OutOfMemoryError: unable to create native thread: possibly out of";
    for (ChildEnd end :
        new ChildEnd[] {
          end(ChildLoop.BROKEN, false, NONE, "the handler's process is broken\n" + thrown),
          end(3, false, NONE, "Terminating due to " + thrown)
        }) {
      assertThat(end.failure().kind()).isEqualTo(FailureKind.HANDLER_ERROR);
      assertThat(end.failure().message()).startsWith("no further thread can be started");
    }
    String both = thrown + "\nTerminating due to java.lang.OutOfMemoryError: Java heap space";
    assertThat(end(3, false, NONE, both).failure().kind())
        .as("a thread that its handler did without, and then the heap")
        .isEqualTo(FailureKind.OUT_OF_MEMORY);
    // Printed by a handler that ends for another reason.
    assertThat(end(3, false, NONE, thrown).failure().message())
        .isEqualTo("the handler ended its process with exit code 3");
  }

  private static ChildEnd end(int exitCode, boolean grouped, MemoryKills kills, String output) {
    return new ChildEnd(exitCode, grouped, kills, 0, MEMORY, output, Optional.empty());
  }
}
