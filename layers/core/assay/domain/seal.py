"""What counts of a pass that has ended: whatever a worker still writes after that is kept, and counts for nothing."""

from collections.abc import Mapping

from assay.domain.value import Value

Parts = Mapping[int, tuple[str, ...]]
"""The checkpoints that count of each chunk that was not complete, by their names; a chunk not among them was."""


class Seal(Value):
    """What there was when the pass ended: outputs, and scores by round. A later pass has a seal of its own."""

    outputs: Mapping[int, tuple[str, ...]] = {}
    scores: tuple[Parts, ...] = ()
