/** The program's main class, which assembles the command line out of all modules' commands. */
package io.tierflow.standalone;
