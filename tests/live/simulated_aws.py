"""The simulated AWS, started like `moto.server`: what it does not have it refuses at once.

On its own it answers such a call with a server error, which the collector rightly tries ten times, ever further apart.
"""

from typing import Any

from moto.core.responses import BaseResponse
from moto.server import main

_call = BaseResponse.call_action


def refused(self: BaseResponse) -> Any:
    """Answer a call, one that is not simulated with *501 Not Implemented*, which nobody repeats."""
    try:
        return _call(self)
    except NotImplementedError:
        return 501, {"status": 501}, ""


if __name__ == "__main__":
    BaseResponse.call_action = refused  # type: ignore[method-assign]
    main()
