package io.tierflow.runner.turns;

import io.tierflow.flow.Priority;
import java.time.Instant;

/**
 * Whose task wants to be sent where.
 *
 * @param lane the class, or one launcher's lane of it
 * @param submittedAt when its run was submitted: of one flow's runs, the oldest goes first
 */
public record Claim(String lane, String flow, Priority priority, Instant submittedAt) {}
