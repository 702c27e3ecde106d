"""What ``plimsoll flow`` shows: the ways of data as a tree, a drawing or data, and records made from them."""
