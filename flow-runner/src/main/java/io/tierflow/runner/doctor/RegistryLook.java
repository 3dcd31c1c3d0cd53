package io.tierflow.runner.doctor;

import io.tierflow.runner.doctor.Facts.Subject;
import io.tierflow.wire.RegistryException;
import io.tierflow.wire.SchemaRegistry;
import io.tierflow.wire.WireCodecs;
import io.tierflow.wire.topics.TopicNames;
import io.tierflow.wire.topics.TopicType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which subjects the registry has, where one is configured. */
final class RegistryLook {

  private RegistryLook() {}

  static Look<List<Subject>> look(
      Map<String, String> settings, TopicNames names, Collection<String> lanes) {
    Optional<SchemaRegistry> registry = WireCodecs.registry(settings);
    if (registry.isEmpty()) {
      return Look.left("the settings have no " + WireCodecs.REGISTRY_URL);
    }
    List<Subject> subjects = new ArrayList<>();
    for (TopicType topic : TopicType.all(names, lanes)) {
      io.tierflow.wire.Subject subject = io.tierflow.wire.Subject.of(topic.topic(), topic.type());
      try {
        int id = registry.get().idOf(subject.name(), subject.schema());
        subjects.add(new Subject(subject.name(), Optional.of(id), Optional.empty()));
      } catch (RegistryException.Refused e) {
        subjects.add(new Subject(subject.name(), Optional.empty(), Optional.of(e.getMessage())));
      } catch (RegistryException.Unavailable e) {
        return Look.failed(e.getMessage());
      }
    }
    return Look.seen(subjects);
  }
}
