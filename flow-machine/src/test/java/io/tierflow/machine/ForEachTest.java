package io.tierflow.machine;

import static io.tierflow.machine.ARun.aRunWith;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.FailureKind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ForEachTest {

  @Test
  void outputsAreHandedOnInTheOrderOfTheListWhoeverComesFirst() {
    ARun run =
        aRunWith(
            "[1, 2, 3]",
            p -> p.stage("e").handler("h").forEachElement().then().stage("b").handler("h"));

    assertThat(run.sent()).isEqualTo("p/e/0#1 p/e/1#1 p/e/2#1");
    assertThat(run.input("p/e/1")).isEqualTo("2");
    run.succeeds("p/e/2", "\"c\"").succeeds("p/e/0", "\"a\"").succeeds("p/e/1", "\"b\"");

    assertThat(run.history("p/e")).isEqualTo("FANNED_OUT*3 SUCCEEDED");
    assertThat(run.input("p/b")).isEqualTo("[\"a\",\"b\",\"c\"]");
  }

  @Test
  void noMoreElementsAreOutAtOnceThanTheBound() {
    ARun run = aRunWith("[1,2,3,4]", p -> p.stage("e").handler("h").forEachElement(2, true));

    assertThat(run.sent()).isEqualTo("p/e/0#1 p/e/1#1");
    run.succeeds("p/e/1");
    assertThat(run.sent()).isEqualTo("p/e/2#1");
    run.succeeds("p/e/0");
    assertThat(run.sent()).isEqualTo("p/e/3#1");
  }

  @Test
  void anElementThatWaitsForItsRetryKeepsItsPlace() {
    ARun run =
        aRunWith("[1,2]", p -> p.stage("e").handler("h").forEachElement(1, true).attempts(2));

    run.fails("p/e/0", FailureKind.HANDLER_ERROR);
    assertThat(run.sent()).isEmpty();
    run.after(Duration.ofMinutes(1));
    assertThat(run.sent()).isEqualTo("p/e/0#2");
    run.succeeds("p/e/0");
    assertThat(run.sent()).isEqualTo("p/e/1#1");
  }

  @Test
  void failFastEndsTheStageAtTheFirstFailureAndTheRestComesTooLate() {
    ARun run = aRunWith("[1,2,3]", p -> p.stage("e").handler("h").forEachElement(2, true));

    run.fails("p/e/1", FailureKind.HANDLER_ERROR);
    assertThat(run.sent()).isEmpty();
    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.record().failure().message()).isEqualTo("p/e: element 1: why");
    run.succeeds("p/e/0");

    assertThat(run.outcome()).isEqualTo(Decision.Outcome.STALE);
    assertThat(run.record().stale()).isEqualTo(1);
  }

  @Test
  void withoutFailFastEveryElementRunsBeforeTheStageFails() {
    ARun run = aRunWith("[1,2,3]", p -> p.stage("e").handler("h").forEachElement(1, false));

    run.fails("p/e/0", FailureKind.HANDLER_ERROR);
    assertThat(run.sent()).isEqualTo("p/e/1#1");
    run.fails("p/e/1", FailureKind.TIMED_OUT);
    run.succeeds("p/e/2");

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.record().failure().kind()).isEqualTo(FailureKind.HANDLER_ERROR);
    assertThat(run.record().failure().message())
        .isEqualTo("p/e: element 0: why (and 1 more elements)");
  }

  @Test
  void anEmptyListSucceedsAtOnceWithAnEmptyList() {
    ARun run = aRunWith("[]", p -> p.stage("e").handler("h").forEachElement());

    assertThat(run.history("p/e")).isEqualTo("FANNED_OUT*0 SUCCEEDED");
    assertThat(run.output()).isEqualTo("{\"p\":[]}");
  }

  @Test
  void whatIsNotAListFailsTheStageWithWhatWasFound() {
    ARun run = aRunWith("{\"rows\":[]}", p -> p.stage("e").handler("h").forEachElement());

    assertThat(run.history("p/e")).isEqualTo("FAILED");
    assertThat(run.record().failure().message())
        .isEqualTo("p/e: for-each: expected a JSON list, found object");
  }

  @Test
  void whatIsNotJsonFailsTheStage() {
    ARun run =
        ARun.aRun(p -> p.stage("a").handler("h").then().stage("e").handler("h").forEachElement());

    run.succeeds("p/a", new Content("text/csv", new byte[] {1}, null, 1));

    assertThat(run.record().failure().message()).isEqualTo("p/e: expected JSON, found text/csv");
  }

  @Test
  void aSkippedForEachHandsItsListOn() {
    ARun run = aRunWith("[1,2]", p -> p.stage("e").handler("h").forEachElement().when("`false`"));

    assertThat(run.output()).isEqualTo("{\"p\":[1,2]}");
  }

  @Test
  void oneForEachAfterAnotherTakesTheFirstsList() {
    ARun run =
        aRunWith(
            "[1]",
            p ->
                p.stage("e")
                    .handler("h")
                    .forEachElement()
                    .then()
                    .stage("f")
                    .handler("h")
                    .forEachElement());

    run.succeeds("p/e/0", "\"one\"");

    assertThat(run.sent()).isEqualTo("p/f/0#1");
    assertThat(run.input("p/f/0")).isEqualTo("\"one\"");
  }

  @Test
  void numbersReachTheElementsDigitForDigit() {
    ARun run =
        aRunWith(
            "[1.10, 1234567890123456789012345, 0.50]",
            p -> p.stage("e").handler("h").forEachElement());

    assertThat(run.input("p/e/0")).isEqualTo("1.10");
    assertThat(run.input("p/e/1")).isEqualTo("1234567890123456789012345");
    assertThat(run.input("p/e/2")).isEqualTo("0.50");
    run.succeeds("p/e/0", "1.10").succeeds("p/e/1", "1e5").succeeds("p/e/2", "2");
    assertThat(run.output()).isEqualTo("{\"p\":[1.10,1e5,2]}");
  }

  @Test
  void whatIsNotJsonTravelsInComposedJsonAsBase64() {
    ARun run =
        aRunWith(
            "1", p -> p.parallel(s -> s.stage("a").handler("h").and().stage("b").handler("h")));

    run.succeeds("p/a", new Content("image/png", new byte[] {(byte) 0x89, 'P'}, null, 2));
    run.succeeds("p/b", "true");

    assertThat(run.output()).isEqualTo("{\"p\":{\"a\":\"iVA=\",\"b\":true}}");
  }
}
