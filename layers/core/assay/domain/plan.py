"""How the work of an evaluation is cut: rows into chunks, chunks into lanes. All of it is arithmetic.

A *row* is one datapoint in one trial; its *ordinal* is datapoint index × trials + trial. A *chunk* is a contiguous
range of ordinals, a *lane* a strand of chunks worked one after another: lane i of L takes chunks i, i + L, i + 2L, …
Lane widths sum to the evaluation's max_concurrency, so what is in flight is exactly that, with no coordinator.
"""

from bisect import bisect_left, bisect_right
from typing import Literal

from assay.domain.dataset import DatasetVersion, SnapshotIndex
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.task import Config
from assay.domain.value import Value

LANE_WIDTH = 100
"""The most rows that one lane keeps in flight: one worker serves that many connections well."""
CHUNK_TURNS = 10
"""A chunk is at least so many rounds of its lane, or its stragglers would cost more than its work."""
CHUNKS_PER_LANE = 1000
CHUNK_BYTES = 8 * 1024 * 1024


def lane_widths(max_concurrency: int) -> tuple[int, ...]:
    """The width of each lane: ceil(M / 100) of them, as equal as can be, summing to M."""
    lanes = -(-max_concurrency // LANE_WIDTH)
    narrow, wider = divmod(max_concurrency, lanes)
    return tuple(narrow + (1 if lane < wider else 0) for lane in range(lanes))


def chunk_starts(widths: tuple[int, ...], index: SnapshotIndex, trials: int) -> tuple[int, ...]:
    """The first ordinal of each chunk.

    A chunk has 10 rows for each row in flight, fewer where some lane would get nothing to do, more where a lane would
    have over 1,000 chunks; and no more datapoints than fit in 8 MB, unless it has only one.
    """
    rows = index.rows * trials
    wanted = min(CHUNK_TURNS * max(widths), -(-rows // len(widths)))
    wanted = max(wanted, -(-rows // (len(widths) * CHUNKS_PER_LANE)))
    starts, first = [], 0
    while first < rows:
        starts.append(first)
        first += fitting(range(first, min(first + wanted, rows)), index, trials)
    return tuple(starts)


def fitting(ordinals: range, index: SnapshotIndex, trials: int) -> int:
    """How many of `ordinals`, from the first on, make a chunk of at most 8 MB: all, or a half of a half of … them."""
    while True:
        datapoints = range(ordinals.start // trials, -(-ordinals.stop // trials))
        if len(datapoints) == 1 or index.size(datapoints.start, datapoints.stop) <= CHUNK_BYTES:
            return len(ordinals)
        ordinals = ordinals[: -(-len(ordinals) // 2)]


class Plan(Value):
    """Everything that a worker needs to know. How work is cut never changes; a later pass may add rounds."""

    evaluation_id: str
    config: Config
    rounds: tuple[tuple[EvaluatorVersion, ...], ...] = ()
    generated_by: Literal["server", "client"] = "server"
    dataset: DatasetVersion
    trials: int
    widths: tuple[int, ...]
    starts: tuple[int, ...]

    @property
    def evaluators(self) -> tuple[EvaluatorVersion, ...]:
        """The evaluators that we run, of all rounds."""
        return tuple(version for some in self.rounds for version in some)

    @property
    def rows(self) -> int:
        return self.dataset.datapoints * self.trials

    @property
    def chunks(self) -> int:
        return len(self.starts)

    def chunk(self, number: int) -> range:
        """The ordinals of chunk `number`."""
        end = self.starts[number + 1] if number + 1 < self.chunks else self.rows
        return range(self.starts[number], end)

    def chunks_of(self, ordinals: range) -> range:
        """The numbers of the chunks in which `ordinals` lie."""
        return range(max(bisect_right(self.starts, ordinals.start) - 1, 0), bisect_left(self.starts, ordinals.stop))

    def lane_chunks(self, lane: int) -> range:
        """The numbers of the chunks of `lane`, in the order they are worked."""
        return range(lane, self.chunks, len(self.widths))

    def datapoints(self, ordinals: range) -> range:
        """The indices of the datapoints behind a contiguous range of ordinals."""
        return range(ordinals.start // self.trials, -(-ordinals.stop // self.trials))
