package io.tierflow.standalone.guarantees;

import io.tierflow.flow.Flow;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.flow.file.InvalidFlowException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The flows of the workload, by name. */
final class WorkloadFlows {

  /** What is replayed once it has failed, with an input with which it succeeds. */
  static final String REPLAYED = "replayed";

  /** What is cancelled while it runs. */
  static final String CANCELLED = "cancelled";

  /** What fails. */
  static final String FAILING = "failing";

  private static final Map<String, String> STAGES =
      Map.of(
          "linear",
          """
          pipelines:
            p:
              stages:
                - {stage: a, handler: echo, timeout: {queue: 1s}}
                - {stage: b, handler: sleep, with: {for: 100ms}, timeout: {queue: 1s}}
                - {stage: c, handler: echo, timeout: {queue: 1s}}
          """,
          "parallel",
          """
          pipelines:
            one:
              stages:
                - {stage: a, handler: echo}
                - parallel:
                    - {stage: b, handler: sleep, with: {for: 200ms}}
                    - {stage: c, handler: echo}
                    - {stage: d, handler: sleep, with: {for: 50ms}}
            two:
              stages:
                - {stage: a, handler: sleep, with: {for: 300ms}}
            last:
              after: [one, two]
              stages:
                - {stage: merge, handler: echo}
          """,
          "for-each",
          """
          pipelines:
            p:
              stages:
                - {stage: each, handler: sleep, with: {for: 50ms}, for-each: {concurrency: 3}}
                - {stage: all, handler: echo}
          """,
          FAILING,
          """
          pipelines:
            p:
              stages:
                - {stage: a, handler: echo}
                - stage: b
                  handler: exec
                  with: {command: ["false"]}
                  retry: {attempts: 2, backoff: 100ms..100ms}
                - {stage: never, handler: echo}
          """,
          "slow",
          """
          deadline: 1s
          pipelines:
            p:
              stages:
                - stage: nap
                  handler: sleep
                  with: {for: 2500ms}
                  timeout: {hand-over: 0s, heartbeat: 3s}
                - {stage: after, handler: echo}
          """,
          CANCELLED,
          """
          pipelines:
            p:
              stages:
                - {stage: nap, handler: sleep, with: {for: 4s}}
                - {stage: after, handler: echo}
          """,
          REPLAYED,
          """
          pipelines:
            p:
              stages:
                - {stage: take, handler: echo}
                - stage: check
                  handler: exec
                  with: {command: ["grep", "good"]}
                  retry: {attempts: 1}
                - {stage: after, handler: echo}
          """);

  private WorkloadFlows() {}

  /** The flow files, by the flows' names. */
  static Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    STAGES.keySet().stream()
        .sorted()
        .forEach(name -> texts.put(name, "flow: " + name + "\nclass: small\n" + STAGES.get(name)));
    return texts;
  }

  static Flow read(String name) {
    try {
      return FlowReader.read(name, texts().get(name), Catalog.UNCHECKED);
    } catch (InvalidFlowException e) {
      throw new IllegalStateException(e);
    }
  }
}
