package io.tierflow.testkafka;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.images.RemoteDockerImage;
import org.testcontainers.utility.DockerImageName;

/**
 * Tests that need nothing but a broker, which they take from {@link TestKafka}: the build runs them
 * on the embedded one and on one in a container. Where that is asked for, and no engine answers or
 * it has no image of Kafka, they are skipped.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Tag(KafkaTest.TAG)
@ExtendWith(KafkaTest.EngineCondition.class)
public @interface KafkaTest {

  /** Their JUnit tag. */
  String TAG = "kafka";

  /** Whether the broker that is asked for can be had. */
  final class EngineCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return TestKafka.inContainer()
          ? InContainer.RESULT
          : ConditionEvaluationResult.enabled("the embedded broker is always there");
    }

    /** Found out once: an engine that looks for an image in vain takes minutes. */
    private static final class InContainer {

      static final ConditionEvaluationResult RESULT = find();

      private static ConditionEvaluationResult find() {
        try {
          if (!DockerClientFactory.instance().isDockerAvailable()) {
            return ConditionEvaluationResult.disabled("no container engine answers");
          }
          new RemoteDockerImage(DockerImageName.parse(TestKafka.IMAGE)).get();
          return ConditionEvaluationResult.enabled("an engine answers and has the image");
        } catch (ContainerFetchException e) {
          return ConditionEvaluationResult.disabled(
              "the container engine that answers has no image: " + e.getMessage());
        }
      }
    }
  }
}
