"""Information flow: labels of data, the network it flows through, and what arrives where."""
