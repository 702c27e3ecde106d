"""The peers: tools that check or render text as fast as their people could make them."""
