/** The command that runs a broker as a process of its own. */
package io.tierflow.standalone.broker;
