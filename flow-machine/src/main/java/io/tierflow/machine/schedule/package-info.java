/**
 * When flows run by themselves: pure decisions, made so that they can be repeated. {@link
 * io.tierflow.machine.schedule.ScheduleMachine} is the way in.
 */
package io.tierflow.machine.schedule;
