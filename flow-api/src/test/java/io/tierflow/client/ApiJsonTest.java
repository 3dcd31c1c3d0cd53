package io.tierflow.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ApiJsonTest {

  @Test
  void writesInstantsWithThreeDecimalsAndNullFieldsToo() throws JsonProcessingException {
    RunSummary run =
        new RunSummary(
            "r", "f", 1, "RUNNING", Map.of(), Instant.parse("2026-11-24T15:00:00Z"), null);

    assertThat(ApiJson.mapper().writeValueAsString(new Page<>(List.of(run), null)))
        .isEqualTo(
            "{\"items\":[{\"id\":\"r\",\"flow\":\"f\",\"version\":1,\"state\":\"RUNNING\","
                + "\"labels\":{},\"submittedAt\":\"2026-11-24T15:00:00.000Z\",\"endedAt\":null,\"priority\":\"normal\"}],"
                + "\"nextCursor\":null}");
    assertThat(ApiJson.format(Instant.parse("2026-11-24T15:00:00.1239Z")))
        .isEqualTo("2026-11-24T15:00:00.123Z");
  }

  @Test
  void writesTheClassOfAnAttemptAsClass() throws JsonProcessingException {
    AttemptView attempt =
        new AttemptView(1, "RUNNING", "large", null, null, Instant.EPOCH, null, 7L, null);

    String json = ApiJson.mapper().writeValueAsString(attempt);
    assertThat(json).contains("\"class\":\"large\"").doesNotContain("resourceClass");
    assertThat(ApiJson.mapper().readValue(json, AttemptView.class)).isEqualTo(attempt);
  }

  @Test
  void saysWhatATimeShouldLookLike() {
    assertThatThrownBy(() -> ApiJson.mapper().readValue("\"today\"", Instant.class))
        .hasMessageContaining("2026-11-24T15:00:00.123Z");
  }
}
