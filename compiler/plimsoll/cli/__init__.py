"""The command line: one file per verb, and the views. Only here do the compiler and the runtime meet."""
