/** How the tasks of one worker share its memory. */
package io.tierflow.worker.memory;
