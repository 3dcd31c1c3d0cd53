package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HandlerPlaceTest {

  @Test
  void saysSoWhereSlotsMayUseMoreMemoryThanThereIs() {
    assertThat(HandlerPlace.moreThanThereIs(512L << 20, 512L << 20)).isEmpty();
    assertThat(HandlerPlace.moreThanThereIs(2L << 30, 1L << 30))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .startsWith(
                        "the slots may use 2g of memory together: expected less than the 1g"));
  }
}
