"""Why a patch cannot be applied."""

from plimsoll.compiler.diagnostics import Route


class Unfit(Exception):
    """A patch does not fit the object; holds the route within the patch's own value, and what is wrong there."""

    def __init__(self, message: str, route: Route = ()) -> None:
        super().__init__(message)
        self.route = route
