/** Keeps child processes running: starts them in order, again when they die, and stops them. */
package io.tierflow.standalone.process;
