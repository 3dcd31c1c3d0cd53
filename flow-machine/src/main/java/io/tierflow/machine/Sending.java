package io.tierflow.machine;

import io.tierflow.flow.Rate;
import java.util.Optional;

/**
 * An attempt that is about to be sent, if nothing goes before it.
 *
 * @param task what it is an attempt of
 * @param lane where it would go
 * @param rate how often attempts of its stage may be sent
 * @param ended the task whose attempt this very decision ended, which leaves its place to this one
 */
public record Sending(TaskKey task, String lane, Optional<Rate> rate, Optional<TaskKey> ended) {}
