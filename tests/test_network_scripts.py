"""The scripts that ask the network, with programs in its place that answer as it would, or as they do without one."""

import importlib.machinery
import importlib.util
import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[1] / "scripts"
AWAY = "(broken)  https://a.test/ - NameResolutionError: Failed to resolve 'a.test'"
GONE = "(broken)  https://a.test/ - 404 Client Error: Not Found"


@pytest.fixture
def run(tmp_path):
    """run(script, **programs): a copy of the script where `python3` and `npm` are these lines of shell."""

    def start(script, **programs):
        for folder in ("scripts", "bin", "docs", "src/ravine/studio/web", "out/links"):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        shutil.copy(SCRIPTS / script, tmp_path / "scripts")
        for name, lines in programs.items():
            (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{lines}\n")
            (tmp_path / "bin" / name).chmod(0o755)
        path = {**os.environ, "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        return subprocess.run([tmp_path / "scripts" / script], env=path, capture_output=True, text=True)

    return start


@pytest.mark.parametrize(("found", "code"), [([], 0), ([AWAY], 3), ([AWAY, AWAY], 3), ([GONE], 1), ([AWAY, GONE], 1)])
def test_check_links_tells_a_missing_network_from_a_broken_link(run, found, code):
    written = "\n".join(f'echo "{line}" >> out/links/output.txt' for line in found)
    done = run("check-links", python3=f'case "$*" in *linkcheck*) {written or ":"}\nexit {bool(found):d};; esac')
    assert done.returncode == code, done.stderr
    assert ("Nobody answers" in done.stderr) == (code == 3)


def test_check_links_says_which_tools_it_wants(run):
    done = run("check-links", python3="exit 1")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "pip install -c constraints.txt -e '.[torch,docs]'" in done.stderr


ANSWERS = {
    "well": ("echo No known vulnerabilities found", 0),
    "known": ("echo Found 1 known vulnerability; exit 1", 1),
    "away": ("echo requests.exceptions.ConnectionError: Failed to establish a new connection; exit 1", 3),
    "unaudited": ("echo torch 2.13.0 could not be audited", 3),
    "npm away": ("echo npm error code ENOTFOUND; exit 1", 3),
    "refused": ("echo npm error audit endpoint returned an error; exit 1", 3),
}


@pytest.mark.parametrize(
    ("pip", "npm", "code"),
    [
        ("well", "well", 0), ("known", "well", 1), ("well", "known", 1), ("away", "well", 3), ("unaudited", "well", 3),
        ("well", "npm away", 3), ("away", "refused", 3), ("known", "npm away", 1), ("away", "known", 1),
    ],
)  # fmt: skip
def test_audit_tells_what_is_known_from_nobody_who_answers(run, pip, npm, code):
    python = f'case "$*" in *--version*) exit 0;; *pip_audit*) {ANSWERS[pip][0]};; esac'
    done = run("audit", python3=python, npm=ANSWERS[npm][0])
    assert done.returncode == code, done.stdout + done.stderr
    for name, answer in (("pip-audit", pip), ("npm audit", npm)):
        silent = f"{name}: nobody answers" in done.stdout or f"{name}: of 1 packages" in done.stdout
        assert silent == (ANSWERS[answer][1] == 3)


def test_audit_without_pip_audit_says_how_to_get_it(run):
    done = run("audit", python3="exit 1", npm="exit 0")
    assert done.returncode == 1
    assert "pip install -c constraints.txt -e '.[release]'" in done.stdout


SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:a"
 elementFormDefault="qualified">
<xs:element name="manifest"><xs:complexType><xs:sequence><xs:element name="title"/></xs:sequence></xs:complexType>
</xs:element>
</xs:schema>"""


def test_check_manifests_says_what_a_schema_has_against_one(run, tmp_path):
    done = run("check-manifests", npm="echo npm error ENOTFOUND >&2; exit 1", python3=f'exec {sys.executable} "$@"')
    assert (done.returncode, done.stderr) == (
        3,
        "Nobody answers: run it where there is a network. npm error ENOTFOUND\n",
    )
    loader = importlib.machinery.SourceFileLoader("check_manifests", str(SCRIPTS / "check-manifests"))
    script = importlib.util.module_from_spec(importlib.util.spec_from_loader("check_manifests", loader))
    loader.exec_module(script)
    (tmp_path / "a.xsd").write_text(SCHEMA)
    for inside, against in (("<title/>", []), ("<name/>", ["line 1: "]), ("", ["line 1: "])):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("imsmanifest.xml", f'<manifest xmlns="urn:a">{inside}</manifest>')
        found = script.complaints(packed.getvalue(), tmp_path, {"urn:a": "a.xsd"})
        assert [line[:8] for line in found] == against
