package io.tierflow.benchmarks;

import io.tierflow.flow.Flow;
import io.tierflow.flow.builder.FlowBuilder;
import io.tierflow.flow.file.FlowWriter;
import io.tierflow.flow.file.InvalidFlowException;
import io.tierflow.schemas.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A flow of one pipeline of no-op stages, as both coordinators drive it.
 *
 * @param stages the stages' names, in order
 */
record Chain(List<String> stages) {

  static final String FLOW = "chain";
  static final String PIPELINE = "main";
  static final String HANDLER = "echo";
  static final String RESOURCE_CLASS = "bench";
  static final int VERSION = 1;

  private static final String INPUT =
      "{\"station\":\"0123456789\",\"reading\":21.5,\"unit\":\"celsius\"}";

  Chain {
    stages = List.copyOf(stages);
  }

  static Chain of(int length) {
    return new Chain(IntStream.rangeClosed(1, length).mapToObj(i -> "stage-" + i).toList());
  }

  int length() {
    return stages.size();
  }

  /** The flow as a submission carries it. */
  String definition() {
    FlowBuilder builder = Flow.named(FLOW).on(RESOURCE_CLASS);
    builder.pipeline(
        PIPELINE,
        pipeline -> {
          for (String stage : stages) {
            pipeline.stage(stage).handler(HANDLER);
          }
        });
    try {
      return FlowWriter.toJson(builder.build()).toString();
    } catch (InvalidFlowException e) {
      throw new IllegalStateException("a chain is a valid flow", e);
    }
  }

  /** A fresh copy of the input of every run. */
  static Payload input() {
    byte[] bytes = INPUT.getBytes(StandardCharsets.UTF_8);
    return new Payload("application/json", ByteBuffer.wrap(bytes), null, (long) bytes.length);
  }
}
