"""The YAML language server that editors run, spoken to over stdio as they do. In: files and positions. Out: what it answers.

It is installed beside this file (`npm ci --prefix tests/editor`), or not at all.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).parent / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
NODE = shutil.which("node")
CAPABILITIES = {
    "textDocument": {
        "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {},
    }
}


class Server:
    """One running server. Lines and columns count from 0, as the protocol has it."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process, self._asked = process, 0
        self._told: dict[str, list[dict[str, Any]]] = {}

    def open(self, path: Path, text: str) -> list[dict[str, Any]]:
        """Open a file with this text; its diagnostics."""
        uri = path.as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        while uri not in self._told:
            self._take(self._read())
        return self._told[uri]

    def hover(self, path: Path, line: int, column: int) -> str:
        """What is shown with the mouse over a place."""
        found = self._ask("textDocument/hover", _at(path, line, column))
        return str(found["contents"]["value"]) if found else ""

    def complete(self, path: Path, line: int, column: int) -> dict[str, str]:
        """What may stand at a place: label → its explanation."""
        found = self._ask("textDocument/completion", _at(path, line, column))
        return {item["label"]: _text(item.get("documentation")) for item in found["items"]}

    def start(self) -> None:
        """Say hello."""
        self._ask("initialize", {"processId": None, "rootUri": None, "capabilities": CAPABILITIES})
        self._send({"method": "initialized", "params": {}})

    def _ask(self, method: str, params: dict[str, Any]) -> Any:
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": params})
        while True:
            message = self._read()
            if message.get("id") == self._asked and "method" not in message:
                assert "error" not in message, message
                return message["result"]
            self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        """Keep what it tells, answer what it asks: no settings."""
        if message.get("method") == "textDocument/publishDiagnostics":
            self._told[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "id" in message:
            asked = message.get("params", {}).get("items", [])
            self._send({"id": message["id"], "result": [None for _ in asked]})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the server has ended"
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return message


def _at(path: Path, line: int, column: int) -> dict[str, Any]:
    return {"textDocument": {"uri": path.as_uri()}, "position": {"line": line, "character": column}}


def _text(documentation: Any) -> str:
    return str(documentation.get("value", "")) if isinstance(documentation, dict) else str(documentation or "")


@contextmanager
def language_server() -> Iterator[Server]:
    """A server that has said hello, and is gone at the end."""
    assert NODE is not None
    program = [NODE, str(PROGRAM), "--stdio"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            server = Server(process)
            server.start()
            yield server
        finally:
            process.kill()
