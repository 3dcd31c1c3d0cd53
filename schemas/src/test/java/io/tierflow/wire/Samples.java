package io.tierflow.wire;

import io.tierflow.schemas.ApplyFlow;
import io.tierflow.schemas.AttemptError;
import io.tierflow.schemas.CancelRun;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.DeadlineReached;
import io.tierflow.schemas.ExpectationDue;
import io.tierflow.schemas.Failure;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.FlowVersion;
import io.tierflow.schemas.FlowVersions;
import io.tierflow.schemas.LearnedClass;
import io.tierflow.schemas.PastTimes;
import io.tierflow.schemas.Pausable;
import io.tierflow.schemas.Pause;
import io.tierflow.schemas.PauseRun;
import io.tierflow.schemas.Payload;
import io.tierflow.schemas.PoolChanged;
import io.tierflow.schemas.RawRecord;
import io.tierflow.schemas.RegisterExpectation;
import io.tierflow.schemas.ReleaseRun;
import io.tierflow.schemas.RemoveExpectation;
import io.tierflow.schemas.Replay;
import io.tierflow.schemas.ReplayedStage;
import io.tierflow.schemas.ReportExpected;
import io.tierflow.schemas.ResumeRun;
import io.tierflow.schemas.RunEvent;
import io.tierflow.schemas.RunEvents;
import io.tierflow.schemas.ScheduleDue;
import io.tierflow.schemas.ScheduledRunEnded;
import io.tierflow.schemas.StageFailed;
import io.tierflow.schemas.StageHeartbeat;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageStarted;
import io.tierflow.schemas.StageSucceeded;
import io.tierflow.schemas.StageTask;
import io.tierflow.schemas.StopOrder;
import io.tierflow.schemas.StopReason;
import io.tierflow.schemas.SubmitRun;
import io.tierflow.schemas.WorkerStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/**
 * The values behind the golden bytes, by name: one per record type of a topic, and one per branch
 * of a union. They are made with builders and set no field that came after version v1, so bytes of
 * any version decode to them.
 */
final class Samples {

  static final String DEFINITION = "{\"flow\":\"weather-service\",\"pipelines\":{}}";

  private static final Instant AT = Instant.parse("2026-11-24T15:00:00.123Z");

  static {
    ContractClasses.trust(); // the builders copy records, perhaps before there is a codec
  }

  private Samples() {}

  static Map<String, SpecificRecord> all() {
    Map<String, SpecificRecord> samples = new LinkedHashMap<>();
    commands().forEach(body -> samples.put("Command." + name(body), command(body)));
    results().forEach(body -> samples.put("StageResult." + name(body), result(body)));
    samples.put("StageTask", task());
    samples.put("StageTask.element", element());
    samples.put("StageFailed", failed());
    samples.put("StageFailed.outsideSlot", failedOutsideSlot());
    samples.put("DeadLetter.task", deadTask());
    samples.put("DeadLetter.record", deadRecord());
    samples.put("FlowVersions", flowVersions());
    samples.put("PastTimes", pastTimes());
    samples.put("LearnedClass", learnedClass());
    samples.put("Pause", new Pause(Pausable.CLASS, "large", AT));
    samples.put("RunEvents", events());
    samples.put("WorkerStatus", workerStatus());
    samples.put("WorkerStatus.limited", limitedWorkerStatus());
    samples.put("StopOrder.run", stoppedRun());
    samples.put("StopOrder.attempt", stoppedAttempt());
    return samples;
  }

  static StageTask task() {
    return StageTask.newBuilder()
        .setTaskId("01JDRUN/report/core-logic")
        .setAttempt(2)
        .setRunId("01JDRUN")
        .setFlow("weather-service")
        .setFlowVersion(3)
        .setPipeline("report")
        .setStage("core-logic")
        .setResourceClass("large")
        .setHandler("core-logic")
        .setConfig("{\"url\":\"http://example.org/é\"}")
        .setInput(inline("{\"http-source\":1,\"mqtt-source\":2}"))
        .setDispatchedAt(AT)
        .setRunTimeoutMs(600_000L)
        .setHeartbeatTimeoutMs(10_000L)
        .setHandOverAfterMs(0L)
        .setMemoryBytes(300L << 20)
        .build();
  }

  static StageFailed failed() {
    return StageFailed.newBuilder()
        .setTaskId("01JDRUN/report/send-a")
        .setAttempt(1)
        .setRunId("01JDRUN")
        .setPipeline("report")
        .setStage("send-a")
        .setWorker("small-host-abc123")
        .setStartedAt(AT)
        .setEndedAt(AT.plusMillis(1500))
        .setFailure(failure())
        .setPeakMemoryBytes(1L << 40)
        .build();
  }

  private static StageTask element() {
    return StageTask.newBuilder(task())
        .setTaskId("01JDRUN/report/core-logic/17")
        .setIndex(17)
        .setInput(
            Payload.newBuilder()
                .setContentType("application/octet-stream")
                .setReference("kafka:0:1-3:1500000:00ff")
                .setSize(1_500_000)
                .build())
        .setRunTimeoutMs(null)
        .setHeartbeatTimeoutMs(null)
        .setHandOverAfterMs(null)
        .build();
  }

  private static List<SpecificRecord> commands() {
    return List.of(
        SubmitRun.newBuilder()
            .setFlow("weather-service")
            .setFlowVersion(3)
            .setDefinition(DEFINITION)
            .setInput(inline("{\"city\":\"Zürich\"}"))
            .setLabels(Map.of("team", "weather"))
            .setReplay(
                new Replay(
                    "r0",
                    List.of(
                        ReplayedStage.newBuilder()
                            .setPipeline("report")
                            .setStage("send")
                            .setElements(inline("{\"0\":17}"))
                            .build())))
            .build(),
        CancelRun.newBuilder().setReason("no longer wanted").build(),
        PauseRun.newBuilder().build(),
        ResumeRun.newBuilder().build(),
        DeadlineReached.newBuilder()
            .setKind("HEARTBEAT")
            .setPipeline("report")
            .setStage("core-logic")
            .setIndex(17)
            .setAttempt(2)
            .setDueAt(AT.minusMillis(5))
            .setPausedClasses(List.of("large"))
            .build(),
        ApplyFlow.newBuilder().setDefinition(DEFINITION).build(),
        ScheduleDue.newBuilder().setWakeAt(AT).build(),
        ScheduledRunEnded.newBuilder()
            .setRunId("01JDRUN")
            .setScheduledAt(AT)
            .setState("FAILED")
            .build(),
        PoolChanged.newBuilder()
            .setResourceClass("large")
            .setPresent(false)
            .setStopping(List.of("large-host-k3x9qa"))
            .build(),
        RegisterExpectation.newBuilder()
            .setKey("host-1")
            .setCron("0 2 * * *")
            .setZone("Europe/Berlin")
            .setWithinMs(3_600_000L)
            .setLabels(Map.of("team", "ops"))
            .build(),
        RemoveExpectation.newBuilder().setKey("host-1").build(),
        ReportExpected.newBuilder()
            .setKey("host-1")
            .setStatus("FAILED")
            .setMessage("disk full")
            .setHappenedAt(AT)
            .setSource("tierflow.completions-0@7")
            .build(),
        ExpectationDue.newBuilder().setRegistration("r-1").setWakeAt(AT).build(),
        new ReleaseRun(List.of()));
  }

  private static Command command(SpecificRecord body) {
    return Command.newBuilder()
        .setKey("01JDRUN")
        .setCommandId("01JDCOMMAND")
        .setAt(AT)
        .setBody(body)
        .build();
  }

  private static List<SpecificRecord> results() {
    return List.of(
        StageStarted.newBuilder()
            .setStartedAt(AT)
            .setHandedOver(true)
            .setHeartbeatTimeoutMs(10_000L)
            .setHandOverAfterMs(90_000L)
            .build(),
        StageHeartbeat.newBuilder().setAt(AT).setProgress(0.25).setMessage("page 3 of 12").build(),
        StageSucceeded.newBuilder()
            .setStartedAt(AT)
            .setEndedAt(AT.plusSeconds(15))
            .setOutput(inline("[1,2,3]"))
            .setPeakMemoryBytes(123_456_789L)
            .build());
  }

  private static StageResult result(SpecificRecord body) {
    return StageResult.newBuilder()
        .setTaskId("01JDRUN/report/core-logic/17")
        .setAttempt(2)
        .setRunId("01JDRUN")
        .setPipeline("report")
        .setStage("core-logic")
        .setIndex(17)
        .setWorker("large-host-abc123")
        .setBody(body)
        .build();
  }

  static StageFailed failedOutsideSlot() {
    return StageFailed.newBuilder(failed())
        .setFailure(
            Failure.newBuilder()
                .setKind(FailureKind.OUT_OF_MEMORY)
                .setMessage("the slot's memory was not used up")
                .setOutsideSlot(true)
                .build())
        .build();
  }

  private static Failure failure() {
    return Failure.newBuilder()
        .setKind(FailureKind.INVALID_INPUT)
        .setMessage("temperature: expected a number, found \"warm\"")
        .setDetail("java.lang.IllegalArgumentException\n\tat example.Handler")
        .setPermanent(true)
        .setRetryAfterMs(2_500L)
        .build();
  }

  private static DeadLetter deadTask() {
    return DeadLetter.newBuilder()
        .setRunId("01JDRUN")
        .setAt(AT)
        .setReason(failure())
        .setTask(task())
        .setHistory(
            List.of(
                AttemptError.newBuilder()
                    .setAttempt(1)
                    .setResourceClass("small")
                    .setWorker("small-host-abc123")
                    .setEndedAt(AT.minusSeconds(9))
                    .setFailure(failure())
                    .build()))
        .build();
  }

  private static DeadLetter deadRecord() {
    return DeadLetter.newBuilder()
        .setAt(AT)
        .setReason(
            Failure.newBuilder()
                .setKind(FailureKind.UNDECODABLE)
                .setMessage("expected a StageResult, found 3 bytes")
                .build())
        .setRecord(
            RawRecord.newBuilder()
                .setTopic("tierflow.results")
                .setPartition(3)
                .setOffset(1L << 33)
                .setValue(ByteBuffer.wrap(new byte[] {0, -1, 127}))
                .build())
        .build();
  }

  private static LearnedClass learnedClass() {
    return LearnedClass.newBuilder()
        .setFlow("weather-service")
        .setPipeline("report")
        .setStage("core-logic")
        .setResourceClass("xlarge")
        .setRanOutOn("large")
        .setLearnedAt(AT)
        .build();
  }

  private static FlowVersions flowVersions() {
    return FlowVersions.newBuilder()
        .setName("weather-service")
        .setVersions(
            List.of(
                FlowVersion.newBuilder()
                    .setVersion(1)
                    .setDefinition(DEFINITION)
                    .setAppliedAt(AT)
                    .build()))
        .build();
  }

  private static PastTimes pastTimes() {
    return PastTimes.newBuilder()
        .setKind("RUN")
        .setFlow("weather-service")
        .setPipeline("report")
        .setStage("core-logic")
        .setResourceClass("large")
        .setPartition(3)
        .setAt(AT)
        .setMillis(List.of(15_000L, 0L, 1L << 40))
        .build();
  }

  private static RunEvents events() {
    return RunEvents.newBuilder()
        .setRunId("01JDRUN")
        .setFlow("weather-service")
        .setFlowVersion(3)
        .setAt(AT)
        .setEvents(List.of(event()))
        .build();
  }

  private static RunEvent event() {
    return RunEvent.newBuilder()
        .setEventId("7")
        .setType("STAGE_FAILED")
        .setPipeline("report")
        .setStage("core-logic")
        .setIndex(17)
        .setAttempt(2)
        .setResourceClass("large")
        .setWorker("large-host-abc123")
        .setFailure(failure())
        .setPayload(inline("null"))
        .setDetail(Map.of("reason", "NO_WORKERS"))
        .build();
  }

  private static WorkerStatus workerStatus() {
    return WorkerStatus.newBuilder()
        .setWorker("small-host-abc123")
        .setPool("small")
        .setResourceClass("small")
        .setHost("host")
        .setPid(4711)
        .setVersion("0.1.0")
        .setSlots(7)
        .setBusy(3)
        .setHandlers(List.of("echo", "http-get"))
        .setIsolation("process")
        .setMemoryUsedBytes(1L << 30)
        .setMemoryMaxBytes(4L << 30)
        .setSucceeded(10_000)
        .setFailed(2)
        .setStartedAt(AT.minusSeconds(3600))
        .setHeartbeatAt(AT)
        .setStopping(true)
        .build();
  }

  private static WorkerStatus limitedWorkerStatus() {
    return WorkerStatus.newBuilder(workerStatus())
        .setLimitedBy("control groups v2 without pids")
        .build();
  }

  private static StopOrder stoppedRun() {
    return StopOrder.newBuilder()
        .setRunId("01JDRUN")
        .setReason(StopReason.RUN_ENDED)
        .setAt(AT)
        .build();
  }

  private static StopOrder stoppedAttempt() {
    return StopOrder.newBuilder(stoppedRun())
        .setPipeline("report")
        .setStage("core-logic")
        .setIndex(17)
        .setAttempt(2)
        .setReason(StopReason.SUPERSEDED)
        .build();
  }

  private static Payload inline(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return Payload.newBuilder().setBytes(ByteBuffer.wrap(bytes)).setSize(bytes.length).build();
  }

  private static String name(SpecificRecord body) {
    return body.getSchema().getName();
  }
}
