/** The SSH servers of the tests: real ones, on loopback. */
package io.tierflow.testsshd;
