"""`komisi pack`: a run as one file that an outsider can read and prove."""

import re
import sys
from pathlib import Path

import click

from engine.cli import complete
from engine.cli.ending import UNREADABLE, USAGE, fail
from engine.cli.places import record, runs_option
from engine.cli.progress import progress, quiet_option


@click.command()
@click.argument("run", nargs=-1, metavar="RUN", shell_complete=complete.run)
@click.option("--out", metavar="FILE", help="The file to write. Default: named after workspace, period and run, here.")
@click.option("--verifier", is_flag=True, help="Write just the stand-alone verifier, `verify.py`.")
@quiet_option
@runs_option
def pack(run: tuple[str, ...], out: str | None, verifier: bool, runs: str | None) -> None:
    """Write RUN as one file (a zip of plain texts) with everything that an outsider needs to prove it, and the verifier.

    \b
    komisi pack latest:2026-03
    komisi pack 3f2a --out march.zip
    komisi pack --verifier               just verify.py: an auditor takes it from you once, not from every pack

    Who has the file types `python verify.py FILE --digest RUN_DIGEST`. RUN is a folder, the beginning of a run's id,
    `latest:PERIOD`, or `previous:PERIOD`.
    """
    from engine.core import fingerprint
    from engine.record import RecordError
    from engine.record.pack import pack as packed
    from engine.record.pack import verifier as program

    if verifier:
        if run:
            fail("--verifier takes no run: it is the same for all", "komisi pack --verifier", USAGE)
        path = _free(Path(out or "verify.py"), program())
        there = " (it was there already, and is the same)" if path.exists() else ""
        try:
            if not there:
                path.write_bytes(program())
        except OSError as error:
            fail(f"{path} can't be written: {(error.strerror or str(error)).lower()}", None, UNREADABLE)
        click.echo(f"{path}{there}\nsha256 {fingerprint.of_bytes(program())}")
        sys.exit(0)
    if not run:
        fail("which run?", "komisi pack latest:2026-03", USAGE)
    opened = record(runs, run)
    named = "-".join(str(opened.manifest.get(name)) for name in ("workspace", "period", "run"))
    path = Path(out or f"{re.sub(r'[^A-Za-z0-9._-]+', '-', named)}.zip")
    try:
        free = _free(path)
        with progress():
            found = packed(opened, free)
    except RecordError as error:
        fail(str(error), "`komisi verify` says all that is wrong with the run", UNREADABLE)
    except OSError as error:
        fail(
            f"{path} can't be written: {(error.strerror or str(error)).lower()}",
            "choose another --out FILE",
            UNREADABLE,
        )
    click.echo(
        f"{path}\n  sha256      {found.sha256}\n  verify.py   {found.verifier}\n  run digest  {found.run_digest}\n\n"
        f"To prove it with nothing but Python: python verify.py {path.name} --digest {found.run_digest}"
    )


def _free(path: Path, wanted: bytes | None = None) -> Path:
    """A place where nothing is yet, or just this."""
    if path.is_dir():
        fail(f"{path} is a folder", "name a file with --out FILE", USAGE)
    if path.exists() and (wanted is None or path.read_bytes() != wanted):
        fail(f"{path} is there already", "delete it, or name another with --out FILE", UNREADABLE)
    return path
