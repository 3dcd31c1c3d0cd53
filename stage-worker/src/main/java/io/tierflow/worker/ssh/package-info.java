/**
 * Programs on machines that are reached by SSH: what the launcher {@code ssh} has in place of
 * children of its own process. Which machines, a settings file says, see {@link
 * io.tierflow.worker.ssh.SshSettings}.
 */
package io.tierflow.worker.ssh;
