/**
 * Completions that are expected of work that was started elsewhere: pure decisions, made so that
 * they can be repeated. {@link io.tierflow.machine.expect.ExpectMachine} is the way in.
 */
package io.tierflow.machine.expect;
