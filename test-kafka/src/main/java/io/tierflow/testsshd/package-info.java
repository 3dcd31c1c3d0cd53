/** The SSH server of the tests: a real one in their own process, on loopback. */
package io.tierflow.testsshd;
