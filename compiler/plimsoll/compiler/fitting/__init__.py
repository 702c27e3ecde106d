"""What was seen of data, held against the specs: findings at their places. Nothing here reads data."""
