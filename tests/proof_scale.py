"""How long the long runs are: small in `make test`, full size in `make proof`."""

import os


def proof_scale() -> float | None:
    """PROOF_SCALE as a part of the full size (100 is all of it, 250 more than that); None when unset."""
    written = os.environ.get("PROOF_SCALE", "")
    return float(written) / 100 if written else None


def scaled(small: int, full: int) -> int:
    """How many rounds a run makes: `small` unless PROOF_SCALE is set, then that part of `full`."""
    scale = proof_scale()
    return small if scale is None else max(1, round(full * scale))
