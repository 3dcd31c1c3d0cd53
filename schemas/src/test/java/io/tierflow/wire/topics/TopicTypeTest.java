package io.tierflow.wire.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.schemas.StageTask;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicTypeTest {

  private static final TopicNames NAMES = TopicNames.ofDefaults();

  // Payloads are the users' own bytes, completions are JSON.
  @Test
  void everyOtherTopicOfARunnerHasAType() {
    List<String> topics =
        TopicSettings.ofRunner(NAMES).stream()
            .map(TopicSettings::name)
            .filter(name -> !List.of(NAMES.payloads(), NAMES.completions()).contains(name))
            .toList();

    assertThat(TopicType.all(NAMES, List.of()))
        .extracting(TopicType::topic)
        .containsExactlyInAnyOrderElementsOf(topics);
  }

  @Test
  void everyClassHasItsTasks() {
    assertThat(TopicType.all(NAMES, List.of("small", "large")))
        .contains(
            new TopicType("tierflow.tasks.small", StageTask.class),
            new TopicType("tierflow.tasks.large", StageTask.class));
  }
}
