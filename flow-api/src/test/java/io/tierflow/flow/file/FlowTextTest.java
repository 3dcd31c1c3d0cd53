package io.tierflow.flow.file;

import static io.tierflow.flow.file.FlowTexts.problems;
import static io.tierflow.flow.file.FlowTexts.stageWith;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FlowTextTest {

  @Test
  void placesBrokenYaml() {
    assertThat(problems("flow: f\npipelines: [a, b\n"))
        .singleElement()
        .asString()
        .startsWith("flow.yaml:3:1: found ");
  }

  @Test
  void refusesAnEmptyDocumentAndOneThatIsNoObject() {
    assertThat(problems("")).hasSize(1);
    assertThat(problems("# nothing\n")).hasSize(1);
    assertThat(problems("- a\n"))
        .containsExactly(
            "flow.yaml:1:1: found a list, expected an object with the keys flow, deadline, every,"
                + " cron, schedule, priority, class, launcher, retry, timeout, on-out-of-memory,"
                + " rate, pipelines");
    assertThat(problems("flow: \"\\x"))
        .containsExactly(
            "flow.yaml:1:1: found an escape like \\x or \\u without its digits, expected YAML");
  }

  @Test
  void refusesDuplicateKeysInYamlAndJson() {
    assertThat(problems(stageWith("class: large")))
        .containsExactly(
            "flow.yaml:8:9: pipelines.p.stages[0].class: found the key 'class' again, expected each"
                + " key once (it stands at 7:9 already)");
    assertThat(problems("{\"flow\": \"f\", \"flow\": \"g\"}"))
        .contains(
            "flow.yaml:1:15: flow: found the key 'flow' again, expected each key once (it stands"
                + " at 1:2 already)");
  }

  @Test
  void refusesDocumentsThatGrowWithoutEnd() {
    StringBuilder bomb = new StringBuilder("x0: &x0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
    for (int i = 1; i < 10; i++) {
      String before = "*x" + (i - 1);
      bomb.append(
          "x"
              + i
              + ": &x"
              + i
              + " ["
              + String.join(
                  ", ",
                  List.of(before, before, before, before, before, before, before, before, before))
              + "]\n");
    }
    assertThat(problems(bomb.toString())).singleElement().asString().contains("too large");
    assertThat(problems("a: &a [*a]\n")).singleElement().asString().contains("too deep");
    assertThat(problems("[".repeat(100_000))).singleElement().asString().contains("too deep");
    assertThat(problems("{\"a\":".repeat(500))).singleElement().asString().contains("too deep");
    assertThat(problems("x".repeat(1_000_001))).singleElement().asString().contains("at most");
  }

  @Test
  void placesCharactersThatMayNotStandInYaml() {
    assertThat(problems("flow: f\nab: \u0001\n"))
        .containsExactly("flow.yaml:2:5: found the character U+0001, expected printable text");
  }

  @Test
  void refusesHalfACharacter() {
    assertThat(problems("flow: f\nab: \uD83D x\n")).hasSize(1);
    assertThat(problems("flow: f\nab: \uD83D")).hasSize(1);
  }

  @Test
  void takesCharactersOfTwoHalvesWhereverTheyStand() {
    for (int i = 0; i < 3000; i++) {
      String text = stageWith("with: {t: \"" + "x".repeat(i) + "\uD83D\uDE00\"}");
      assertThat(FlowReader.read("f", text, Catalog.UNCHECKED)).isNotNull();
    }
  }
}
