"""What happens inside a step, a server or the embedded runner. Never imports the compiler."""
