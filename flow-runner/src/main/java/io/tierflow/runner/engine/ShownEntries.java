package io.tierflow.runner.engine;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.tierflow.machine.Content;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.RunEntries;
import io.tierflow.machine.RunEntry;
import io.tierflow.machine.StageRecord;
import io.tierflow.machine.TaskKey;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A run's entries as they are shown: what lies in the payload store is one line with its type, its
 * size and its reference, and is not fetched. As thread-safe as what it reads.
 */
record ShownEntries(RunEntries entries) implements RunEntries {

  @Override
  public Optional<RunEntry> get(EntryKey key) {
    return entries.get(key).map(ShownEntries::shown);
  }

  @Override
  public void forEachElement(TaskKey stage, BiConsumer<Integer, StageRecord> consumer) {
    entries.forEachElement(
        stage, (index, element) -> consumer.accept(index, (StageRecord) shown(element)));
  }

  @Override
  public byte[] bytes(Content content) {
    return content.bytes();
  }

  @Override
  public boolean firstTouch(TaskKey stage) {
    return entries.firstTouch(stage);
  }

  private static RunEntry shown(RunEntry entry) {
    if (entry instanceof Content content) {
      return shown(content);
    }
    return entry instanceof StageRecord record
        ? record.holding(shown(record.input()), shown(record.output()))
        : entry;
  }

  private static Content shown(Content content) {
    if (content == null || content.bytes() != null) {
      return content;
    }
    String line =
        "("
            + content.contentType()
            + ", "
            + content.size()
            + " bytes, "
            + content.reference()
            + ")";
    String quoted = '"' + new String(JsonStringEncoder.getInstance().quoteAsString(line)) + '"';
    return Content.json(quoted.getBytes(StandardCharsets.UTF_8));
  }
}
