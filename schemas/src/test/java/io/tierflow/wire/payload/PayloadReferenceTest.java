package io.tierflow.wire.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadReferenceTest {

  private static final String SHA = "ab".repeat(32);

  @Test
  void writesRunsOfOffsetsShort() {
    PayloadReference reference =
        new PayloadReference(3, List.of(7L, 8L, 9L, 12L, 14L, 15L), 3_000_000, SHA);

    assertThat(reference).hasToString("kafka:3:7-9,12,14-15:3000000:" + SHA);
    assertThat(PayloadReference.parse(reference.toString())).isEqualTo(reference);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s3:bucket/key",
        "kafka:0:1:1:abc",
        "kafka:0:2-1:1000000:" + LOWER,
        "kafka:0:2,1:1000000:" + LOWER,
        "kafka:0:1-999999999999:1000000:" + LOWER,
        "kafka:0:1:1000000:" + LOWER,
        "kafka:0:1-2:10:" + LOWER,
        "kafka:0:1:9999999999:" + LOWER
      })
  void refusesWhatIsNoReferenceAndNamesIt(String text) {
    assertThatThrownBy(() -> PayloadReference.parse(text))
        .isInstanceOf(PayloadException.Lost.class)
        .hasMessageContaining("payload " + text);
  }

  private static final String LOWER =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
}
