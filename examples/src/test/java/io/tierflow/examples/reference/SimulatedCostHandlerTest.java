package io.tierflow.examples.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedCostHandlerTest {

  private static final TextNode INPUT = new TextNode("in");
  private static final String PER_CLASS =
      "{\"of\": \"echo\", \"cost\": {\"small\": \"400ms\", \"large\": \"0.1s\"}}";

  private final SimulatedCostHandler handler = new SimulatedCostHandler();

  @ParameterizedTest
  @CsvSource({"small, 400", "large, 100"})
  void theSlotIsHeldForTheCostOfItsClass(String resourceClass, int costMs) throws Exception {
    Attempt attempt = Attempt.with(resourceClass, PER_CLASS);
    long start = System.nanoTime();

    assertThat(handler.handle(INPUT, attempt)).isEqualTo(INPUT);

    assertThat((System.nanoTime() - start) / 1e6).isBetween(costMs * 1.0, costMs + 2000.0);
  }

  @Test
  void theWorkCountsTowardsTheCost() throws Exception {
    Attempt attempt =
        Attempt.with(
            "small", "{\"of\": \"sleep\", \"with\": {\"for\": \"1500ms\"}, \"cost\": \"1.6s\"}");
    long start = System.nanoTime();

    handler.handle(INPUT, attempt);

    assertThat((System.nanoTime() - start) / 1e6).isBetween(1600.0, 3000.0);
  }

  @Test
  @Timeout(60)
  void aCancelledAttemptStopsHolding() throws Exception {
    Attempt attempt = Attempt.with("small", "{\"of\": \"echo\", \"cost\": \"20s\"}");
    attempt.cancelled().set(true);
    long start = System.nanoTime();

    assertThatThrownBy(() -> handler.handle(INPUT, attempt))
        .isInstanceOf(InterruptedException.class);
    assertThat((System.nanoTime() - start) / 1e9).isLessThan(15);
  }

  @Test
  void aCostMissingForTheClassIsRefusedWithItsPlace() {
    assertThatThrownBy(() -> handler.handle(INPUT, Attempt.with("xlarge", PER_CLASS)))
        .isInstanceOfSatisfying(
            StageException.class,
            e -> assertThat(e.failure().kind()).isEqualTo(FailureKind.INVALID_INPUT))
        .hasMessage(
            "simulated-cost: with.cost.xlarge: expected a duration in ms or s such as 100ms or"
                + " 1.5s, found nothing");
  }

  @Test
  void anUnknownHandlerIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(
            () ->
                handler.handle(
                    INPUT, Attempt.with("small", "{\"of\": \"nope\", \"cost\": \"1s\"}")))
        .hasMessageContaining("with.of: expected one of ")
        .hasMessageContaining("file-store")
        .hasMessageEndingWith("found \"nope\"")
        .hasMessageNotContaining("simulated-cost,");
  }
}
