"""Asked to stop: like Ctrl-C, unless the caller said that it is to be ignored."""

from __future__ import annotations

import os
import signal

import pytest

from calibration.processes.signals import ignoring, stopping_as_interrupt


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGHUP])
def test_being_asked_to_stop_is_ctrl_c(asked: signal.Signals) -> None:
    # Whoever started the tests may have had it ignored, as `nohup` does.
    inherited = signal.signal(asked, signal.default_int_handler)
    before = signal.getsignal(asked)
    with pytest.raises(KeyboardInterrupt), stopping_as_interrupt():
        os.kill(os.getpid(), asked)
    assert signal.getsignal(asked) is before
    signal.signal(asked, inherited)


def test_a_signal_that_nohup_ignores_stays_ignored() -> None:
    with ignoring(signal.SIGHUP), stopping_as_interrupt():
        os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
