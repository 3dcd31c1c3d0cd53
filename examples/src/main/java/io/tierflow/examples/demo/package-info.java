/** {@code tierflow demo}: the reference service run on two tiers, and what moving a stage gains. */
package io.tierflow.examples.demo;
