package io.tierflow.worker.isolation;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.worker.handlers.RetryWitness;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child process with its limits, one task at a time. Calls come from one thread at a time; the
 * rest is thread-safe.
 */
final class Child {

  private static final Logger log = LoggerFactory.getLogger(Child.class);
  private static final long EXIT_SECONDS = 10;
  private static final long OUTPUT_MILLIS = 1000;
  private static final int MAX_LEFT_THREADS = 32;

  /** What a child consists of. */
  record Parts(
      Process process,
      FrameChannel channel,
      OutputTail output,
      WorkFolder folder,
      Optional<ControlGroup> group,
      Descendants descendants) {}

  /** A call under way. {@code done} gets the child's last word, or none if it ended. */
  private record Work(
      int number,
      HandlerCalls.Call call,
      CompletableFuture<Optional<Frame>> done,
      CompletableFuture<Failure> verdict) {}

  private final String name;
  private final Parts parts;
  private final IsolationSettings settings;
  private final List<String> handlers;
  private final MemoryGauge gauge;
  private final AtomicInteger quiet = new AtomicInteger();
  private volatile Work current; // null between tasks
  private volatile boolean spent; // takes no further task
  private volatile boolean ended; // nobody listens to it any more
  private int tasks; // the calling thread only

  Child(String name, Parts parts, IsolationSettings settings, List<String> handlers) {
    this.name = name;
    this.parts = parts;
    this.settings = settings;
    this.handlers = handlers;
    this.gauge = new MemoryGauge(parts.group(), parts.process().toHandle(), parts.descendants());
  }

  List<String> handlers() {
    return handlers;
  }

  /** Whether it may take a task. */
  boolean isUsable() {
    return !spent && parts.process().isAlive();
  }

  long memoryUsed() {
    return gauge.used();
  }

  /** Reads what the child says until it ends; on a thread of its own. */
  void listen() {
    try {
      while (true) {
        Frame frame = parts.channel().read();
        quiet.set(0);
        hear(frame);
      }
    } catch (ProtocolException e) {
      broken(e);
    } catch (IOException e) {
      log.debug("{} is gone", this, e);
    } catch (RuntimeException | Error e) { // a call that nobody listens for would never end
      broken(e);
    } finally {
      spent = true;
      ended = true; // before it looks whether somebody waits
      Work work = current;
      if (work != null) {
        work.done().complete(Optional.empty());
      }
    }
  }

  private void broken(Throwable why) {
    log.warn("{} is not understood and is killed", this, why);
    spent = true;
    Work work = current;
    if (work == null) {
      kill();
    } else {
      end(work, "its process is not understood: " + why);
    }
  }

  private void hear(Frame frame) {
    Work work = current;
    if (work == null) {
      return; // a sign of life
    }
    if (frame instanceof Frame.Progress progress) {
      if (progress.number() == work.number()) { // else it is of a thread that another task left
        work.call().context().progress(progress.fraction(), progress.message());
      }
    } else if (frame instanceof Frame.Retried retried) {
      if (retried.number() == work.number()
          && work.call().context() instanceof RetryWitness witness) {
        witness.retried();
      }
    } else if (frame instanceof Frame.Returned || frame instanceof Frame.Failed) {
      work.done().complete(Optional.of(frame));
    }
  }

  /** Calls a handler and waits; an interrupt cancels it, and kills the child if it is deaf. */
  HandlerCalls.Result call(HandlerCalls.Call call) throws InterruptedException {
    tasks++;
    Work work = new Work(tasks, call, new CompletableFuture<>(), new CompletableFuture<>());
    Baseline before = Baseline.of(parts.group());
    gauge.begin();
    parts.output().begin(call.context().idempotencyKey());
    current = work;
    call.witness().begins();
    try {
      tell(
          new Frame.Run(
              work.number(), call.handler(), call.input(), call.context(), call.maxOutputBytes()),
          work);
      if (ended) { // before it could learn of this work
        work.done().complete(Optional.empty());
      }
      Optional<Frame> last = lastWord(work);
      return new Ending(this, before).of(work.verdict().getNow(null), last);
    } finally {
      current = null;
      afterwards(call);
    }
  }

  private Optional<Frame> lastWord(Work work) throws InterruptedException {
    try {
      return work.done().get();
    } catch (InterruptedException e) {
      tell(new Frame.Cancel(), work);
      if (!endsInTime(work)) {
        log.warn("{} ignores its cancellation and is killed", this);
        kill();
      }
      throw e;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a call never completes exceptionally", e);
    }
  }

  private boolean endsInTime(Work work) throws InterruptedException {
    try {
      work.done().get(settings.cancelGrace().toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      kill(); // somebody is in a hurry
      throw e;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a call never completes exceptionally", e);
    }
  }

  private void tell(Frame frame, Work work) {
    try {
      parts.channel().write(frame);
    } catch (IOException e) {
      log.debug("{} does not listen", this, e);
      spent = true;
      work.done().complete(Optional.empty());
    }
  }

  /** Leaves nothing of the task: no process, no file. */
  private void afterwards(HandlerCalls.Call call) {
    boolean clean = false;
    try {
      tellPeak(call);
      boolean alone =
          parts.group().isPresent()
              ? parts.group().get().kill(pid -> pid == parts.process().pid())
              : parts.descendants().kill();
      clean = parts.folder().clear() && alone;
    } finally {
      if (!clean || tasks >= settings.tasksPerProcess()) {
        spent = true;
      }
    }
  }

  /** Notes how many threads a task has left behind. */
  void leftThreads(int count) {
    if (count > MAX_LEFT_THREADS) {
      log.warn("{} has {} threads that its tasks left behind: it is not used again", this, count);
      spent = true;
    }
  }

  void spend() {
    spent = true;
  }

  /** Looks after a running task: its memory, its folder, its signs of life. Called regularly. */
  void look(int maxQuietLooks) {
    Work work = current;
    if (work == null) {
      return;
    }
    tellPeak(work.call());
    try {
      long size = parts.folder().size(settings.folderBytes());
      if (size > settings.folderBytes()) {
        end(
            work,
            "its working folder holds more than "
                + ChildEnd.mebibytes(settings.folderBytes())
                + ", the most that is allowed");
      }
    } catch (IOException e) {
      log.debug("the folder of {} cannot be looked at", this, e);
    }
    if (quiet.incrementAndGet() > maxQuietLooks) {
      end(work, "its process gave no sign of life any more");
    }
  }

  private void end(Work work, String why) {
    if (work.verdict().complete(Failure.of(FailureKind.HANDLER_ERROR, why))) {
      kill();
    }
  }

  /** Kills the child and all that it started. */
  void kill() {
    spent = true;
    if (parts.group().isPresent()) {
      parts.process().destroyForcibly();
      parts.group().get().kill();
    } else {
      parts.descendants().killWithChild();
    }
  }

  /** Kills what is left, and leaves nothing on the machine. */
  void discard() {
    kill();
    try {
      parts.channel().close();
    } catch (IOException e) {
      log.debug("the connection of {} did not close cleanly", this, e);
    }
    parts.group().ifPresent(ControlGroup::remove);
    parts.folder().delete();
  }

  /** What is known of the child after its end; waits for it. */
  ChildEnd end(Baseline before) throws InterruptedException {
    if (!parts.process().waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
      kill(); // it closed its connection and lives on
      parts.process().waitFor();
    }
    if (!parts.output().awaitEnd(OUTPUT_MILLIS)) {
      log.debug("a program holds the output of {} open", this);
    }
    return new ChildEnd(
        parts.process().exitValue(),
        parts.group().isPresent(),
        before.memoryKills(parts.group()),
        gauge.peak(),
        settings.memoryBytes(),
        parts.output().last(),
        parts.folder().crash());
  }

  Optional<ControlGroup> group() {
    return parts.group();
  }

  long memoryBytes() {
    return settings.memoryBytes();
  }

  @Override
  public String toString() {
    return "child " + name + " (process " + parts.process().pid() + ")";
  }

  // Without a control group a process that ends soon may never have been looked at.
  private void tellPeak(HandlerCalls.Call call) {
    long peak = gauge.peak();
    if (peak > 0) {
      call.witness().usedMemory(peak);
    }
  }
}
