"""From targets to a posterior: emulator, sampler, weights, evaluation, storage."""
