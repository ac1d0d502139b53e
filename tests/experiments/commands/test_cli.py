"""The door of the commands: exit codes, and one line for each way out."""

from __future__ import annotations

import signal
import sys
import time

import pytest

from experiments.commands import cli


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_command_stopped_before_anything_is_kept_says_so(
    sent: signal.Signals,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    @cli.app.command("wait-for-a-signal")
    def wait() -> None:
        signal.raise_signal(sent)
        time.sleep(60)  # the blow ends it, at once or when the interpreter looks

    monkeypatch.setattr(sys, "argv", ["muster", "wait-for-a-signal"])
    # Whoever runs the tests in the background or under nohup has them ignore it.
    python_own = sent == signal.SIGINT
    usual = signal.default_int_handler if python_own else signal.SIG_DFL
    before = signal.signal(sent, usual)
    try:
        with pytest.raises(SystemExit) as end:
            cli.main()
    finally:
        signal.signal(sent, before)
        cli.app.registered_commands.pop()
    assert end.value.code == 130
    assert capsys.readouterr().err == "interrupted\n"
