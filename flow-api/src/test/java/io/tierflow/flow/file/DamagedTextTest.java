package io.tierflow.flow.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DamagedTextTest {

  private static final String ODD = "{}[]:,-#&*!|>'\"%@`\t\n \u0000\uFEFF\uD83D\uDE009axé~<=";

  @Test
  void whateverTheTextTheReaderTakesItOrTellsPlacedProblems() {
    RandomFlows flows = new RandomFlows(6);
    Random random = new Random(6);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      var flow = flows.next();
      String text = i % 3 == 0 ? FlowWriter.toJson(flow).toString() : FlowWriter.toYaml(flow);
      String damaged = damage(text, random);
      try {
        FlowReader.read("flow", damaged, Catalog.UNCHECKED);
      } catch (InvalidFlowException e) {
        refused++;
        assertThat(e.problems())
            .as(damaged)
            .isNotEmpty()
            .allSatisfy(problem -> assertThat(problem.line()).isPositive())
            .allSatisfy(problem -> assertThat(problem.column()).isPositive());
      }
    }
    assertThat(refused).isBetween(1000, 2999);
  }

  private static String damage(String text, Random random) {
    StringBuilder damaged = new StringBuilder(text);
    for (int i = 0; i <= random.nextInt(3); i++) {
      int at = random.nextInt(damaged.length());
      char odd = ODD.charAt(random.nextInt(ODD.length()));
      switch (random.nextInt(4)) {
        case 0 -> damaged.setCharAt(at, odd);
        case 1 -> damaged.insert(at, odd);
        case 2 -> damaged.deleteCharAt(at);
        default -> damaged.setLength(Math.max(1, at));
      }
    }
    return damaged.toString();
  }
}
