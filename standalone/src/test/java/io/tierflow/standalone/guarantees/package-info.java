/**
 * Tierflow's promises as objects that see everything that was said of runs while processes were
 * killed, frozen and restarted, and that say what was broken.
 */
package io.tierflow.standalone.guarantees;
