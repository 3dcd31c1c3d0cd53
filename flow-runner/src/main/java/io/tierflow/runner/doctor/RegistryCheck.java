package io.tierflow.runner.doctor;

import io.tierflow.runner.doctor.Facts.Subject;
import java.util.List;

/** Whether the registry has the schema of every topic. */
final class RegistryCheck {

  private static final Finding.In AREA = new Finding.In(Area.REGISTRY);

  private RegistryCheck() {}

  static List<Finding> of(List<Subject> subjects, Mends mends) {
    return subjects.stream()
        .filter(subject -> subject.id().isEmpty())
        .map(
            subject ->
                AREA.error(
                    subject.name(),
                    subject.refusal().orElse("not this version's schema"),
                    "the schema that this version writes",
                    mends.registerSchemas()))
        .toList();
  }
}
