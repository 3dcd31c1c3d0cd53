/** How often a stage may be started, counted. */
package io.tierflow.machine.rate;
