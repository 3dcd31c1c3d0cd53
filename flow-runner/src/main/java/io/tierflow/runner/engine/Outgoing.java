package io.tierflow.runner.engine;

import io.tierflow.schemas.Command;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.topics.TopicNames;
import java.nio.charset.StandardCharsets;

/**
 * A record on its way out of the topology.
 *
 * @param topic where it goes
 * @param key null for the key of the record that it follows from
 * @param value its bytes; null for a tombstone
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; copying would cost every hop
record Outgoing(String topic, byte[] key, byte[] value) {

  /** A record about the same run, or flow, as the one that it follows from. */
  Outgoing(String topic, byte[] value) {
    this(topic, null, value);
  }

  /** A command, whosever it is. */
  static Outgoing command(WireCodec codec, TopicNames topics, Command command) {
    return new Outgoing(
        topics.commands(),
        command.getKey().getBytes(StandardCharsets.UTF_8),
        RecordLimits.fitting(
            () -> "a command for " + command.getKey(),
            codec.encode(topics.commands(), command),
            RecordLimits.MAX_RECORD_BYTES));
  }
}
