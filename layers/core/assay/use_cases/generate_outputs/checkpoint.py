"""Chunks in work, and how they are loaded and saved by one attempt at a lane."""

from collections.abc import Iterator
from typing import NamedTuple

from assay.domain.dataset import Datapoint
from assay.domain.lane import LaneProgress, LaneTurn
from assay.domain.plan import Plan
from assay.domain.score import AnyOutput
from assay.domain.summary import OutputFold
from assay.ports import Clock, Datasets, Progress, Runs
from assay.use_cases.generate_outputs.in_place import InPlace
from assay.use_cases.halt import Halt


class Unsaved(NamedTuple):
    """What is to be written of a chunk: all of it when it is complete, else the rows since the last time."""

    rows: list[AnyOutput]
    part: int
    progress: LaneProgress


class Chunk:
    """A chunk in work: the outputs there are, and those of them that are not yet saved."""

    def __init__(self, number: int, ordinals: range, outputs: list[AnyOutput], datapoints: list[Datapoint]) -> None:
        self.number, self.ordinals, self.datapoints = number, ordinals, datapoints
        self.outputs = {output.ordinal: output for output in outputs}
        self.fresh: list[AnyOutput] = []
        self.fold = OutputFold()
        for output in outputs:
            self.fold.add(output)
        self.parts = 0
        self.is_saved = False

    @property
    def complete(self) -> bool:
        return len(self.outputs) == len(self.ordinals)

    def add(self, output: AnyOutput) -> None:
        """Takes in a row's output."""
        self.outputs[output.ordinal] = output
        self.fresh.append(output)
        self.fold.add(output)

    def left(self, trials: int) -> Iterator[tuple[int, Datapoint]]:
        """The rows without an output: ordinal and datapoint."""
        first = self.ordinals.start // trials
        for ordinal in self.ordinals:
            if ordinal not in self.outputs:
                yield ordinal, self.datapoints[ordinal // trials - first]

    def unsaved(self) -> Unsaved | None:
        """What there is to write now, if anything."""
        if self.is_saved or not (self.fresh or self.complete):
            return None
        rows = [self.outputs[ordinal] for ordinal in self.ordinals] if self.complete else list(self.fresh)
        return Unsaved(rows, self.parts, self.progress)

    @property
    def progress(self) -> LaneProgress:
        """How far the chunk is."""
        return LaneProgress(
            chunk=self.number,
            rows=len(self.outputs),
            errors_by_kind=dict(sorted(self.fold.errors.items())),
            spent=self.fold.spent,
            complete=self.complete,
        )

    def saved(self, written: Unsaved) -> None:
        """Notes that `written` is safe."""
        del self.fresh[: len(written.rows)]
        self.parts += 1
        if written.progress.complete:
            self.is_saved = True


class Checkpoint:
    """Loads and saves chunks for the attempt that holds `token`."""

    def __init__(
        self,
        turn: LaneTurn,
        token: int,
        plan: Plan,
        *,
        runs: Runs,
        datasets: Datasets,
        progress: Progress,
        halt: Halt,
        clock: Clock,
    ) -> None:
        self.place = (turn.organisation, turn.evaluation_id)
        self.token, self.plan = token, plan
        self.runs, self.datasets, self.progress, self.halt = runs, datasets, progress, halt
        self.in_place = InPlace(turn, token, plan, runs=runs, progress=progress, clock=clock)

    def complete(self) -> set[int]:
        """The numbers of the chunks that need no more work."""
        return {chunk.chunk for chunk in self.progress.chunks(*self.place) if chunk.complete}

    def load(self, number: int) -> Chunk:
        """The chunk with what earlier attempts left of it."""
        ordinals = self.plan.chunk(number)
        outputs = self.runs.outputs(*self.place, number)
        if outputs is not None:
            return Chunk(number, ordinals, outputs, [])
        version, span = self.plan.dataset, self.plan.datapoints(ordinals)
        datapoints = self.datasets.snapshot(self.place[0], version.dataset_id, version.sequence, span)
        return Chunk(number, ordinals, self.runs.output_parts(*self.place, number), datapoints)

    def save(self, chunk: Chunk, unsaved: Unsaved) -> bool:
        """Writes rows; says whether they are a complete chunk that nobody had written."""
        if unsaved.progress.complete:
            return self.runs.save_outputs(*self.place, chunk.number, unsaved.rows)
        part = f"{self.token:06d}-{unsaved.part:06d}"
        self.runs.save_output_part(*self.place, chunk.number, part, unsaved.rows)
        return False

    def tell(self, chunk: Chunk, saved: Unsaved, is_first: bool) -> None:
        """Writes counts, and what can be scored at once. Raises Superseded where a later attempt has counted."""
        self.progress.report(*self.place, self.token, saved.progress)
        if is_first:
            self.in_place.finish(chunk.number, saved.rows, chunk.datapoints)
        elif not saved.progress.complete:
            self.in_place.score(chunk.number, saved.rows, chunk.datapoints)
