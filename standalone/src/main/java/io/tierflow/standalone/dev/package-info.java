/** The whole system on one machine: broker, runner and worker pools as child processes. */
package io.tierflow.standalone.dev;
