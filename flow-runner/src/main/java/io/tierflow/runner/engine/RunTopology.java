package io.tierflow.runner.engine;

import io.tierflow.wire.topics.TopicNames;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.Topology;

/**
 * Commands, results and errors in, one processor, everything out through one sink; and beside it
 * reports from elsewhere in, commands out.
 */
final class RunTopology {

  private static final String IN = "in";
  private static final String DECIDE = "decide";
  private static final String OUT = "out";
  private static final String COMPLETIONS_IN = "completions-in";
  private static final String READ = "read";
  private static final String COMPLETIONS_OUT = "completions-out";

  private RunTopology() {}

  static Topology of(EngineParts parts) {
    TopicNames topics = parts.topics();
    Deserializer<byte[]> bytes = Serdes.ByteArray().deserializer();
    Serializer<byte[]> keys = Serdes.ByteArray().serializer();
    Serializer<Outgoing> values = (topic, outgoing) -> outgoing.value();
    Topology topology = new Topology();
    topology.addSource(IN, bytes, bytes, topics.commands(), topics.results(), topics.errors());
    topology.addProcessor(DECIDE, () -> new RunProcessor(parts), IN);
    Stores.builders().forEach(store -> topology.addStateStore(store, DECIDE));
    topology.addSink(OUT, (key, outgoing, context) -> outgoing.topic(), keys, values, DECIDE);
    // Whatever key a report has: it is handed on to the partition of its expectation's name.
    topology.addSource(COMPLETIONS_IN, bytes, bytes, topics.completions());
    topology.addProcessor(READ, () -> new CompletionReader(parts), COMPLETIONS_IN);
    topology.addSink(
        COMPLETIONS_OUT, (key, outgoing, context) -> outgoing.topic(), keys, values, READ);
    return topology;
  }
}
