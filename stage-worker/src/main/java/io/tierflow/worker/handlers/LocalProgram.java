package io.tierflow.worker.handlers;

import io.tierflow.handler.StageException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A program that is a child of this process. */
final class LocalProgram implements Program {

  private static final Duration TERMINATION_GRACE = Duration.ofSeconds(1);
  private static final Duration DRAIN_GRACE = Duration.ofSeconds(2);

  /** Fetches files. */
  @FunctionalInterface
  interface Fetching {
    void fetch() throws StageException;
  }

  private final Process process;
  private final Fetching files;
  private final CompletableFuture<Integer> end;

  LocalProgram(Process process, Fetching files) {
    this.process = process;
    this.files = files;
    this.end = process.onExit().thenApply(Process::exitValue);
  }

  @Override
  public OutputStream input() {
    return process.getOutputStream();
  }

  @Override
  public InputStream output() {
    return process.getInputStream();
  }

  @Override
  public InputStream error() {
    return process.getErrorStream();
  }

  @Override
  public CompletableFuture<Integer> end() {
    return end;
  }

  @Override
  public void checkOutput() {
    // The end of a pipe is the end of what was written to it.
  }

  @Override
  public Duration drainGrace() {
    return DRAIN_GRACE;
  }

  @Override
  public void stop() throws InterruptedException {
    Set<ProcessHandle> all = new LinkedHashSet<>();
    all.add(process.toHandle());
    // Seen before the parent dies: its children are nobody's descendants afterwards.
    process.descendants().forEach(all::add);
    all.forEach(ProcessHandle::destroy);
    try {
      CompletableFuture.allOf(
              all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
          .get(TERMINATION_GRACE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // What did not listen is killed below.
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for a process cannot fail", e);
    } finally {
      process.descendants().forEach(all::add);
      all.forEach(ProcessHandle::destroyForcibly);
    }
  }

  @Override
  public void fetch() throws StageException {
    files.fetch();
  }

  @Override
  public void close() {
    // The process has ended, and what it left is not ours.
  }
}
