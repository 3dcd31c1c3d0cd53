package io.tierflow.machine;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A runner that may die after any step, as the Kafka Streams runner may: inputs lie in topics with
 * committed offsets, entries in a local store and its changelog, tasks in a topic. A crash loses
 * the end of the changelog and any of the tasks sent since the last commit; the local store may
 * then be ahead of its changelog, behind what was sent, or lost. Time goes on meanwhile: what is
 * read again is read later, commands by the time that they have and replies by that of the reader.
 */
final class CrashingRunner {

  enum Topic {
    COMMANDS,
    RESULTS,
    ERRORS
  }

  private static final int MOST_AWAY_MILLIS = 200;

  private record Write(Object key, Object value) {}

  private record Appended(Input input, Instant at) {}

  final Deque<TaskOrder> taskTopic = new ArrayDeque<>();
  final List<String> history = new ArrayList<>();

  private final String runId;
  private final Plan plan;
  private final Random random;
  private final Map<Topic, List<Appended>> topics = new HashMap<>();
  private final Map<Topic, Integer> positions = new HashMap<>();
  private final Map<Topic, Integer> committed = new HashMap<>();
  private final Changelog changelog = new Changelog();
  private final Changelog deadlineChangelog = new Changelog();
  private final List<Stop> stops = new ArrayList<>();
  private final List<TaskOrder> inFlight = new ArrayList<>();
  private Map<Object, Object> local = new LinkedHashMap<>();
  private MemoryEntries entries = new CrowdedEntries();
  private Set<String> pausedFlows = Set.of();
  private Set<String> pausedClasses = Set.of();
  private int crowd; // how many of ten tasks are to wait their turn
  private int turnsGiven;
  private RunState terminal;
  Instant now = Instant.EPOCH;

  CrashingRunner(String runId, Plan plan, Random random) {
    this.runId = runId;
    this.plan = plan;
    this.random = random;
    for (Topic topic : Topic.values()) {
      topics.put(topic, new ArrayList<>());
      positions.put(topic, 0);
      committed.put(topic, 0);
    }
  }

  void pause(Set<String> flows, Set<String> classes) {
    pausedFlows = flows;
    pausedClasses = classes;
    entries.pause(flows, classes);
  }

  /** So many of ten tasks are to wait their turn. */
  void crowd(int ofTen) {
    crowd = ofTen;
  }

  /** Some of what waits its turn gets it, most often in its order; false if nothing waits. */
  boolean giveTurns() {
    List<TaskKey> waiting = waiting();
    waiting.removeIf(task -> random.nextInt(3) == 0);
    if (!waiting.isEmpty()) {
      List<TaskKey> turns = waiting.subList(0, 1 + random.nextInt(waiting.size()));
      append(Topic.COMMANDS, new Input.Release("t" + turnsGiven++, turns));
    }
    return !waiting.isEmpty();
  }

  // As the state has it: attempts that are held, and what is not begun of a for-each.
  private List<TaskKey> waiting() {
    List<TaskKey> waiting = new ArrayList<>();
    allEntries()
        .forEach(
            (key, entry) -> {
              if (entry instanceof StageRecord record && !record.state().isTerminal()) {
                TaskKey task = new TaskKey(key.pipeline(), key.stage(), key.index());
                if (record.current().flatMap(Attempt::hold).filter(Hold::isInLine).isPresent()) {
                  waiting.add(task);
                } else if (record.fanOut() != null
                    && Optional.ofNullable(record.fanOut().heldFor())
                        .filter(Hold::isInLine)
                        .isPresent()) {
                  int bound = plan.stage(task).forEach().orElseThrow().concurrency();
                  IntStream.range(record.fanOut().sent(), record.fanOut().mayReach(bound))
                      .forEach(index -> waiting.add(task.element(index)));
                }
              }
            });
    return waiting;
  }

  /** Others may go first, or a rate be used up, at random. */
  private final class CrowdedEntries extends MemoryEntries {
    @Override
    public Optional<Hold> turn(RunRecord run, Sending sending) {
      if (random.nextInt(10) >= crowd) {
        return Optional.empty();
      }
      return Optional.of(random.nextBoolean() ? Hold.TURN : Hold.RATE);
    }

    @Override
    public Optional<Hold> late(RunRecord run, Sending sending) {
      return crowd > 0 && random.nextInt(5) == 0 ? Optional.of(Hold.RATE) : Optional.empty();
    }
  }

  void append(Topic topic, Input input) {
    topics.get(topic).add(new Appended(input, now));
  }

  /** Decides the oldest input that has arrived; false when all are read. */
  boolean step() {
    List<Topic> ready = ready();
    if (ready.isEmpty()) {
      return false;
    }
    now = now.plusMillis(random.nextInt(4) == 0 ? 1 : 0);
    Topic topic = ready.get(random.nextInt(ready.size()));
    Appended next = topics.get(topic).get(positions.merge(topic, 1, Integer::sum) - 1);
    Input input = next.input();
    Decision decision =
        RunMachine.decide(
            runId, plan, entries, input, input instanceof Input.Reply ? now : next.at());
    history.add(decision.outcome() + " " + input);
    decision.entries().forEach((key, value) -> write(key, value));
    decision.removed().forEach(key -> write(key, null));
    inFlight.addAll(decision.tasks());
    decision.lapsed().forEach(deadline -> keep(deadline, null));
    decision.deadlines().forEach(deadline -> keep(deadline, deadline));
    stops.addAll(Stops.of(plan, entries, input, decision));
    checkTerminalNeverChanges();
    return true;
  }

  // The topics that the next input may come from: those with the oldest, unless that one has not
  // arrived yet.
  private List<Topic> ready() {
    List<Topic> ready = new ArrayList<>();
    Instant oldest = Instant.MAX;
    boolean arrived = random.nextInt(8) > 0;
    for (Topic topic : Topic.values()) {
      if (positions.get(topic) < topics.get(topic).size()) {
        Instant at = topics.get(topic).get(positions.get(topic)).at();
        if (arrived && at.isBefore(oldest)) {
          ready.clear();
        }
        if (!arrived || !at.isAfter(oldest)) {
          ready.add(topic);
          oldest = at;
        }
      }
    }
    return ready;
  }

  /** Whether workers were told that this attempt does not count; what they were told stays told. */
  boolean isStopped(TaskOrder order) {
    return stops.stream()
        .filter(stop -> order.attempt() <= stop.attempt())
        .anyMatch(
            stop ->
                stop.task() == null
                    || stop.task().equals(order.task())
                    || stop.task().equals(order.task().whole()));
  }

  /** One of the replies that were read, once more. */
  Input anEarlierReply() {
    List<Appended> replies = new ArrayList<>(topics.get(Topic.RESULTS));
    replies.addAll(topics.get(Topic.ERRORS));
    return replies.isEmpty()
        ? new Input.Cancel("too late")
        : replies.get(random.nextInt(replies.size())).input();
  }

  /** Whether anything is left of the run. */
  boolean isGone() {
    return local.keySet().stream().noneMatch(EntryKey.class::isInstance);
  }

  boolean hasUnread() {
    return topics.entrySet().stream()
        .anyMatch(topic -> positions.get(topic.getKey()) < topic.getValue().size());
  }

  void commit() {
    taskTopic.addAll(inFlight);
    inFlight.clear();
    changelog.flush();
    deadlineChangelog.flush();
    committed.putAll(positions);
  }

  /** Some of what was sent arrives before the commit. */
  void flushSome() {
    while (!inFlight.isEmpty() && random.nextBoolean()) {
      taskTopic.add(inFlight.remove(0));
    }
  }

  void crash() {
    Map<Object, Object> recovered = new LinkedHashMap<>();
    int lost = changelog.cutAndReplay(random, recovered);
    deadlineChangelog.cutAndReplay(random, recovered);
    history.add("CRASH lost " + lost + " writes, back to " + committed);
    inFlight.removeIf(task -> random.nextBoolean());
    taskTopic.addAll(inFlight);
    inFlight.clear();
    positions.putAll(committed);
    now = now.plusMillis(random.nextInt(MOST_AWAY_MILLIS));
    restore(recovered);
  }

  /** Another runner takes over: what is committed, from the changelog alone. */
  void takeOver() {
    commit();
    Map<Object, Object> recovered = new LinkedHashMap<>();
    changelog.replay(recovered);
    deadlineChangelog.replay(recovered);
    history.add("TAKE OVER");
    restore(recovered);
  }

  /**
   * Posts every deadline that has come; any post may be lost, so they stay until one is decided.
   * Nothing is in the task topics, so they are served up to now.
   */
  boolean postDue() {
    List<Deadline> due =
        deadlines().stream().filter(deadline -> !deadline.dueAt().isAfter(now)).toList();
    Map<String, Instant> served = Map.of("small", now, "large", now);
    due.stream()
        .filter(deadline -> random.nextInt(5) > 0)
        .forEach(deadline -> append(Topic.COMMANDS, new Input.DeadlineReached(deadline, served)));
    return !due.isEmpty();
  }

  List<Deadline> deadlines() {
    return local.keySet().stream()
        .filter(Deadline.class::isInstance)
        .map(Deadline.class::cast)
        .toList();
  }

  String dump() {
    StringBuilder text = new StringBuilder();
    local.forEach((key, value) -> text.append(key).append(" = ").append(value).append('\n'));
    return text.toString();
  }

  Map<EntryKey, RunEntry> allEntries() {
    Map<EntryKey, RunEntry> all = new HashMap<>();
    local.forEach(
        (key, value) -> {
          if (key instanceof EntryKey entryKey) {
            all.put(entryKey, (RunEntry) value);
          }
        });
    return all;
  }

  RunEntries entries() {
    return entries;
  }

  private void write(Object key, Object value) {
    changelog.writes.add(new Write(key, value));
    set(local, key, value);
    if (key instanceof EntryKey entryKey) {
      if (value == null) {
        entries.removeAll(List.of(entryKey));
      } else {
        entries.put(entryKey, (RunEntry) value);
      }
    }
  }

  private void keep(Deadline key, Deadline value) {
    deadlineChangelog.writes.add(new Write(key, value));
    set(local, key, value);
  }

  private void restore(Map<Object, Object> recovered) {
    local = recovered;
    entries = new CrowdedEntries();
    entries.pause(pausedFlows, pausedClasses);
    recovered.forEach(
        (key, value) -> {
          if (key instanceof EntryKey entryKey) {
            entries.put(entryKey, (RunEntry) value);
          }
        });
    terminal = null;
  }

  private void checkTerminalNeverChanges() {
    RunState state =
        entries.get(EntryKey.RUN).map(entry -> ((RunRecord) entry).state()).orElse(null);
    if (state == null) {
      return; // removed, or not there yet
    }
    if (terminal != null && state != terminal) {
      throw new AssertionError("a run went from " + terminal + " to " + state);
    }
    terminal = state.isTerminal() ? state : null;
  }

  private static void set(Map<Object, Object> map, Object key, Object value) {
    if (value == null) {
      map.remove(key);
    } else {
      map.put(key, value);
    }
  }

  /** One store's changelog: a crash keeps a prefix of it, cut anywhere after the last flush. */
  private static final class Changelog {
    private final List<Write> writes = new ArrayList<>();
    private int durable;

    void flush() {
      durable = writes.size();
    }

    int cutAndReplay(Random random, Map<Object, Object> into) {
      int survived = durable + random.nextInt(writes.size() - durable + 1);
      int lost = writes.size() - survived;
      writes.subList(survived, writes.size()).clear();
      durable = survived;
      replay(into);
      return lost;
    }

    void replay(Map<Object, Object> into) {
      writes.forEach(write -> set(into, write.key(), write.value()));
    }
  }
}
