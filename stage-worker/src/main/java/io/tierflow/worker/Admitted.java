package io.tierflow.worker;

import io.tierflow.worker.resilience.Call;

/** An attempt that the guards of its handler let through, and what they are to be told. */
record Admitted(Attempt attempt, Call call) {}
