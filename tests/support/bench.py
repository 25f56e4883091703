"""The benches are scripts, not a package: tests load them by path."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def load(name: str) -> ModuleType:
    """Return ``scripts/bench/<name>.py`` as a module."""
    path = Path(__file__).parents[2] / "scripts" / "bench" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"bench_{name}", path)
    assert spec and spec.loader
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))  # as for a script: it may use its neighbours
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
