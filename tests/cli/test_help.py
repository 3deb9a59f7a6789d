"""`komisi --help` imports no command: what it says of each is what the command says of itself."""

import subprocess
import sys

import pytest

from engine.cli import COMMANDS, loaded


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_of_itself_what_the_list_says(name: str) -> None:
    command = loaded(name)
    assert command.name == name
    assert " ".join((command.help or "").split("\n\n")[0].split()) == COMMANDS[name]


def test_help_imports_no_command() -> None:
    program = "import sys; sys.argv = ['komisi', '--help']\nimport atexit\nfrom engine.cli import main\n"
    program += "atexit.register(lambda: print(*(name for name in sys.modules if name.startswith('engine.'))))\nmain()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    ours = done.stdout.splitlines()[-1].split()
    assert "verify" in done.stdout and "engine.cli" in ours
    assert [name for name in ours if name.startswith("engine.cli.")] == []
