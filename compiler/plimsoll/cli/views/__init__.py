"""What people and machines see: one interface, one file for each format."""
