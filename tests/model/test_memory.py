import gc
import weakref

from tests.model.test_simulation import model


def test_a_finished_model_is_let_go() -> None:
    """Agents and libraries must not keep runs alive: sweeps make thousands."""
    run = model(until="2022-10")
    run.run()
    ghost = weakref.ref(run)
    del run
    gc.collect()
    assert ghost() is None
