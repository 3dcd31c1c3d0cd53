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

/**
 * Tests that need nothing but a broker, which they take from {@link TestKafka}: the build runs them
 * on the embedded one and on one in a container. Where that is asked for and no engine answers,
 * they are skipped.
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
      if (!TestKafka.inContainer() || DockerClientFactory.instance().isDockerAvailable()) {
        return ConditionEvaluationResult.enabled("the broker can be had");
      }
      return ConditionEvaluationResult.disabled("no container engine answers");
    }
  }
}
