"""The objects that serve a pinned model over HTTP, for the engines that an environment's platform names."""

from plimsoll.compiler.rendering.serving.render import render_serving

__all__ = ["render_serving"]
