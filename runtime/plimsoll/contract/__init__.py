"""What the compiler and the runtime agree on: places, digests, step requests and results. Imports neither of them."""
