package io.tierflow.runner.engine;

import static io.tierflow.runner.engine.FakePartition.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.schemas.StageTask;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Of a stage with a rate, attempts are sent as the rate allows. */
class RunRatesTest {

  private static final String RATED =
      """
      {"flow": "f", "class": "small",
       "pipelines": {"p": {"stages": [{"stage": "a", "handler": "echo", "rate": "2/s"}]}}}
      """;

  private static final String EACH =
      """
      {"flow": "f", "class": "small",
       "pipelines": {"p": {"stages":
         [{"stage": "e", "handler": "echo", "for-each": true, "rate": "2/s"}]}}}
      """;

  private final FakePartition partition = new FakePartition();

  @BeforeEach
  void thePartitionIsOwnedForAPeriod() {
    at(1_000);
    assertThat(partition.takePosted()).isZero();
  }

  @Test
  void runsWaitForTheRateOfTheirStageAndGoInTheirOrder() {
    for (String run : List.of("r1", "r2", "r3", "r4", "r5")) {
      partition.submit(run, 1, RATED);
    }
    assertThat(sent()).isEqualTo("r1 r2");
    assertThat(held()).isEqualTo(3);
    partition.succeed(partition.tasks().get(0), "1");
    assertThat(goOn(1_999)).as("that one has ended makes no room").isEqualTo("r1 r2");
    assertThat(goOn(2_000)).isEqualTo("r1 r2 r3 r4");
    assertThat(goOn(2_999)).isEqualTo("r1 r2 r3 r4");
    assertThat(goOn(3_000)).isEqualTo("r1 r2 r3 r4 r5");
  }

  @Test
  void whoTakesThePartitionOverKeepsTheRateOfTheOwnerBefore() {
    for (String run : List.of("r1", "r2", "r3")) {
      partition.submit(run, 1, RATED);
    }
    at(1_500);
    partition.restart();
    assertThat(goOn(2_400)).isEqualTo("r1 r2");
    assertThat(goOn(2_500)).as("a period after it came").isEqualTo("r1 r2 r3");
  }

  @Test
  void elementsAreBegunAsTheRateAllowsAndFoundByWhoTakesThePartitionOver() {
    partition.submit("z", 1, EACH, "[1, 2, 3, 4, 5]");
    assertThat(partition.tasks("z")).isEqualTo("p/e/0#1 p/e/1#1");
    assertThat(held()).as("said once of the for-each").isEqualTo(1);
    goOn(2_000);
    assertThat(partition.tasks("z")).isEqualTo("p/e/0#1 p/e/1#1 p/e/2#1 p/e/3#1");
    partition.restart();
    goOn(2_900);
    assertThat(partition.tasks("z")).isEqualTo("p/e/0#1 p/e/1#1 p/e/2#1 p/e/3#1");
    goOn(3_000);
    assertThat(partition.tasks("z")).isEqualTo("p/e/0#1 p/e/1#1 p/e/2#1 p/e/3#1 p/e/4#1");
    assertThat(held()).isEqualTo(1);
  }

  @Test
  void aTurnThatIsDecidedAfterItsPartHasGoneWaitsOn() {
    for (String run : List.of("r1", "r2", "r3")) {
      partition.submit(run, 1, RATED);
    }
    at(2_000); // the turn is told
    partition.restart(); // and the partition was another's in between
    partition.takePosted();
    assertThat(sent()).isEqualTo("r1 r2");
    assertThat(goOn(3_000)).isEqualTo("r1 r2 r3");
  }

  private void at(long millis) {
    partition.tick(NOW.plusMillis(millis));
  }

  private String goOn(long millis) {
    at(millis);
    partition.takePosted();
    return sent();
  }

  private int held() {
    return (int)
        partition.meters.get("tierflow.attempts.held").tag("reason", "RATE").counter().count();
  }

  private String sent() {
    return String.join(" ", partition.tasks().stream().map(StageTask::getRunId).toList());
  }
}
