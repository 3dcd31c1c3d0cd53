package io.tierflow.flow.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Flow;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RoundTripTest {

  private static final int FLOWS = 2000;

  @Test
  void whatIsWrittenAsJsonIsReadAsTheSameFlow() {
    RandomFlows flows = new RandomFlows(1);
    for (int i = 0; i < FLOWS; i++) {
      Flow flow = flows.next();
      String json = FlowWriter.toJson(flow).toString();
      assertThat(FlowReader.read("flow.json", json, Catalog.UNCHECKED)).as(json).isEqualTo(flow);
      assertThat(FlowReader.read("tree", FlowWriter.toJson(flow), Catalog.UNCHECKED))
          .isEqualTo(flow);
    }
  }

  @Test
  void whatIsWrittenAsYamlIsReadAsTheSameFlow() {
    RandomFlows flows = new RandomFlows(2);
    for (int i = 0; i < FLOWS; i++) {
      Flow flow = flows.next();
      String yaml = FlowWriter.toYaml(flow);
      assertThat(FlowReader.read("flow.yaml", yaml, Catalog.UNCHECKED)).as(yaml).isEqualTo(flow);
    }
  }

  @Test
  void durationsAreReadBackToTheNanosecond() {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      Duration duration =
          Duration.ofSeconds(random.nextInt(100_000_000), random.nextInt(1_000_000_000));
      assertThat(DurationText.parse(DurationText.format(duration))).isEqualTo(duration);
    }
    assertThat(DurationText.format(Duration.ofSeconds(90))).isEqualTo("1m30s");
    assertThat(DurationText.format(Duration.ofMillis(1500))).isEqualTo("1s500ms");
    assertThat(DurationText.parse("1.5h")).isEqualTo(Duration.ofMinutes(90));
  }
}
