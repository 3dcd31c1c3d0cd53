package io.tierflow.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {

  @Test
  void alignsItsColumns() {
    Table table = new Table("RUN", "STATE", "TOOK");
    table.row("run-1", "SUCCEEDED", 12);
    table.row("run-10", null, 7);

    assertThat(table.lines())
        .containsExactly(
            "RUN     STATE      TOOK", "run-1   SUCCEEDED  12", "run-10  -          7");
  }

  @Test
  void letsNoCellMoveTheCursorOrPushTheOthersAway() {
    Table table = new Table("RUN", "MESSAGE");
    table.row("\u001b[2J\r\n" + "x".repeat(200), "line\nbreak " + "y".repeat(200));

    assertThat(table.lines())
        .containsExactly(
            "RUN" + " ".repeat(79) + "MESSAGE",
            " [2J " + "x".repeat(74) + "…  line break " + "y".repeat(200));
  }
}
