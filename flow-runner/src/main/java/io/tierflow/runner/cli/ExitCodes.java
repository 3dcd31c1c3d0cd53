package io.tierflow.runner.cli;

/** What the commands' exit codes mean. */
public final class ExitCodes {

  /** All went well. */
  public static final int OK = 0;

  /** The run failed, was cancelled, or did not end in the time given; or the runner failed. */
  public static final int FAILED = 1;

  /** The command line or its input is not valid, or names what does not exist. */
  public static final int INVALID = 2;

  /** The runner, or what it needs, cannot be reached; or what answers is no runner. */
  public static final int UNREACHABLE = 3;

  private ExitCodes() {}
}
