package io.tierflow.runner.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.Priority;
import io.tierflow.runner.http.ProblemException.BodyProblem;
import java.util.List;
import java.util.Optional;

/** What several bodies have in common. */
final class Bodies {

  private Bodies() {}

  /** The priority that a body asks for; empty when it asks for none. */
  static Optional<Priority> priority(JsonNode body, List<BodyProblem> problems) {
    JsonNode value = body.path("priority");
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    Optional<Priority> priority = Priority.of(value.asText());
    if (priority.isEmpty()) {
      problems.add(
          BodyProblem.at(
              "priority", value.toString(), "one of " + String.join(", ", Priority.words())));
    }
    return priority;
  }
}
