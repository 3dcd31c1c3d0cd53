package io.tierflow.wire.topics;

import io.tierflow.schemas.Command;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.FlowVersions;
import io.tierflow.schemas.LearnedClass;
import io.tierflow.schemas.PastTimes;
import io.tierflow.schemas.Pause;
import io.tierflow.schemas.RunEvents;
import io.tierflow.schemas.StageFailed;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageTask;
import io.tierflow.schemas.StopOrder;
import io.tierflow.schemas.WorkerStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/**
 * What the values of one topic are. A registry must have the type's schema under the topic's
 * subject before anybody writes to it, unless writers may register schemas themselves.
 *
 * @param topic the topic's name
 * @param type the generated class of its values
 */
public record TopicType(String topic, Class<? extends SpecificRecord> type) {

  /**
   * Every topic with Avro values, with the task topics of these lanes. The payloads' topic is not
   * among them, whose values are the users' own bytes, nor the completions', whose values are JSON.
   */
  public static List<TopicType> all(TopicNames names, Collection<String> lanes) {
    List<TopicType> all = new ArrayList<>();
    all.add(new TopicType(names.commands(), Command.class));
    all.add(new TopicType(names.results(), StageResult.class));
    all.add(new TopicType(names.errors(), StageFailed.class));
    all.add(new TopicType(names.deadLetters(), DeadLetter.class));
    all.add(new TopicType(names.events(), RunEvents.class));
    all.add(new TopicType(names.flows(), FlowVersions.class));
    all.add(new TopicType(names.times(), PastTimes.class));
    all.add(new TopicType(names.pauses(), Pause.class));
    all.add(new TopicType(names.workers(), WorkerStatus.class));
    all.add(new TopicType(names.control(), StopOrder.class));
    all.add(new TopicType(names.learned(), LearnedClass.class));
    lanes.forEach(name -> all.add(new TopicType(names.tasks(name), StageTask.class)));
    return all;
  }
}
