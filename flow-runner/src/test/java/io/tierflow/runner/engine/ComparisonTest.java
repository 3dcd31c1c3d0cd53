package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  private static final String SUM = "0123456789abcdef".repeat(4);

  @Test
  void takesTheSameBytesStoredAtAnotherPlaceAsTheSame() {
    assertThat(Comparison.same(aside("0:3-4", SUM), aside("2:17,19", SUM))).isTrue();
    assertThat(Comparison.same(aside("0:3-4", SUM), aside("0:3-4", SUM.replace('0', '1'))))
        .isFalse();
  }

  private static TextNode aside(String place, String sum) {
    return TextNode.valueOf(
        "(application/json, 700000 bytes, kafka:" + place + ":700000:" + sum + ")");
  }
}
