/**
 * What is expected of work that Tierflow did not start, as users say it: the seam between the ways
 * in and the engine, and the readers of what users send.
 */
package io.tierflow.runner.expect;
