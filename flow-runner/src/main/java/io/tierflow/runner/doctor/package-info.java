/**
 * Looks at a deployment and says what to mend. Facts are gathered at the edge ({@code *Look}); what
 * follows from them is decided purely ({@code *Check}).
 */
package io.tierflow.runner.doctor;
