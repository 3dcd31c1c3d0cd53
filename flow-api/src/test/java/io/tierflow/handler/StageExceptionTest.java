package io.tierflow.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import org.junit.jupiter.api.Test;

class StageExceptionTest {

  @Test
  void memoryThatRanOutIsToldFromAThreadThatCannotBeStarted() {
    Failure heap = StageException.failureOf(new OutOfMemoryError("Java heap space"));
    assertThat(heap.kind()).isEqualTo(FailureKind.OUT_OF_MEMORY);
    assertThat(heap.message()).isEqualTo("java.lang.OutOfMemoryError: Java heap space");

    Failure thread =
        StageException.failureOf(
            new OutOfMemoryError(
                "unable to create native thread: possibly out of memory or process/resource limits"
                    + " reached"));
    assertThat(thread.kind()).isEqualTo(FailureKind.HANDLER_ERROR);
    assertThat(thread.message())
        .startsWith("no further thread can be started: java.lang.OutOfMemoryError: unable to");
  }
}
