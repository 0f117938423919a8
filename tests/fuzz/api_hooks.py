"""What schemathesis is told of our API beyond its description: ids that exist, in half of the requests that need one.

It is a program of its own and loads this by SCHEMATHESIS_HOOKS; the ids come in the environment.
"""

import json
import os
from random import Random
from typing import Any

import schemathesis

IDS: dict[str, list[str]] = json.loads(os.environ.get("FUZZ_IDS", "{}"))


@schemathesis.hook
def map_path_parameters(
    _context: schemathesis.HookContext, path_parameters: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Every other id that is asked for is one that there is."""
    if not path_parameters:
        return path_parameters
    chance = Random(repr(path_parameters))
    return {
        name: chance.choice(IDS[name]) if name in IDS and chance.random() < 0.5 else value
        for name, value in path_parameters.items()
    }
