"""What the documents tell people to type exists."""

import re
import shlex
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from cargoscope.cli import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMMAND = re.compile(r"^(?:> )?(cargoscope [a-z].*?)(?:\s+#.*)?$|`(cargoscope [a-z][^`]*)`", re.MULTILINE)
LINK = re.compile(r"\]\((?!http)([^)#]+)")


def commands() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        for in_block, inline in COMMAND.findall(page.read_text("utf-8")):
            found.append((page.name, in_block or inline))
    return found


def test_the_readme_shows_commands():
    assert len([line for page, line in commands() if page == "README.md"]) >= 8


@pytest.mark.parametrize(("page", "line"), commands())
def test_every_command_in_the_documents_exists_with_its_options(page: str, line: str):
    words = shlex.split(line.replace("\\\n", " "))[1:]
    command = get_command(app)
    while isinstance(command, TyperGroup) and words and not words[0].startswith("-"):
        name = words.pop(0).split("|")[0]
        assert name in command.commands, f"{page}: {line}"
        command = command.commands[name]
    known = {option for parameter in command.params for option in parameter.opts}
    for word in words:
        if word.startswith("--"):
            assert word.split("=")[0] in known, f"{page}: {line}: {word} is none of {sorted(known)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path):
    for target in LINK.findall(page.read_text("utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
