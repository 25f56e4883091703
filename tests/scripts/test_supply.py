"""The lists of packages: what is installed by hash, and the CycloneDX list of all parts."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.M)


def pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text("utf-8")
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in REQUIREMENT.findall(text)}


def test_every_package_of_the_lists_has_hashes_and_the_version_of_the_constraints() -> None:
    constraints = pins("constraints.txt")
    for name in ("requirements.txt", "requirements-test.txt"):
        text = (ROOT / name).read_text("utf-8")
        assert len(pins(name)) >= 15
        assert {
            package: version for package, version in pins(name).items() if constraints.get(package) != version
        } == {}
        for block in re.split(r"\n(?=[A-Za-z0-9])", text)[1:]:
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block[:60]
    assert not pins("requirements.txt").keys() & pins("requirements-test.txt").keys()


def test_what_the_program_names_is_installed_by_hash() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8").partition("dependencies = [")[2].partition("\n]")[0]
    named = {re.sub(r"[-_.]+", "-", one).lower() for one in re.findall(r'^ +"([A-Za-z0-9._-]+)', text, re.M)}
    assert named - pins("requirements.txt").keys() == {"torch", "llama-cpp-python", "tomli"}  # tomli: Python 3.10


def test_the_list_of_parts_names_packages_and_models() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/supply.py", "sbom"], capture_output=True, text=True, cwd=ROOT, check=True
    )
    told = json.loads(done.stdout)
    assert (told["bomFormat"], told["specVersion"], told["version"]) == ("CycloneDX", "1.5", 1)
    parts = {part["name"]: part for part in told["components"]}
    assert {"streamlit", "torch", "llama-cpp-python", "pdfminer-six", "lxml"} <= parts.keys()
    assert len({part["bom-ref"] for part in told["components"]}) == len(told["components"])
    assert all(
        re.fullmatch(r"[0-9a-f]{64}", one["content"]) for part in parts.values() for one in part.get("hashes", [])
    )
    assert [part for part in told["components"] if part["type"] == "machine-learning-model"]
    assert parts["lxml"]["hashes"] and "pytest" not in parts
