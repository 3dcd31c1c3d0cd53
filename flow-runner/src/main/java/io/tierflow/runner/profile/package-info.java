/**
 * Where the time of a finished run went: {@link io.tierflow.runner.profile.RunProfile} computes it
 * from what the HTTP API shows of a run, {@link io.tierflow.runner.profile.ProfileTable} renders
 * it. Pure: no clock, no input or output.
 */
package io.tierflow.runner.profile;
