"""All that a run's evaluators said, row by row, in dataset order."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from assay.domain.statistics.describe import ScoreStatistics, describe
from assay.domain.statistics.items import Counts, ErrorGroup, ItemScores
from assay.domain.statistics.judge import Judge
from assay.domain.statistics.paired import PairedComparison

NO_COMPARISONS: Mapping[str, PairedComparison] = {}


class Failures:
    """Trials without a score: how many of each datapoint, and what went wrong."""

    def __init__(self) -> None:
        self.items = Counts()
        self.groups: Counter[ErrorGroup] = Counter()

    def add(self, item: int, group: ErrorGroup) -> None:
        """Takes in one of them."""
        self.items.add(item)
        self.groups[group] += 1

    def into(self, scores: ItemScores) -> None:
        """Counts them among the failures of a score."""
        for item, count in enumerate(self.items.numbers):
            if count:
                scores.failed.add(item, count)
        scores.errors.update(self.groups)


class Heard:
    """What one evaluator said: `rows` it judged or failed at, and the scores that it gave, by their names."""

    def __init__(self) -> None:
        self.rows = Counts()
        self.failures = Failures()
        self.scores: defaultdict[str, ItemScores] = defaultdict(ItemScores)


class Tally:
    """The rows of a run with what became of them. A datapoint is a number, in dataset order from 0."""

    def __init__(self) -> None:
        self.rows = Counts()
        self.failures = Failures()
        self.heard: defaultdict[str, Heard] = defaultdict(Heard)

    def row(self, item: int, trials: int = 1) -> None:
        """Takes in rows of a datapoint, whatever may become of them."""
        self.rows.add(item, trials)

    def fail(self, item: int, group: ErrorGroup) -> None:
        """A row has no output, so that no evaluator can judge it."""
        self.failures.add(item, group)

    def judge(self, evaluator: str, item: int, scores: Mapping[str, float | None]) -> None:
        """The evaluator gave these scores to a row; a score that is None, or none of them, does not apply."""
        heard = self.heard[evaluator]
        heard.rows.add(item)
        for name, value in scores.items():
            found = heard.scores[name]
            if value is not None:
                found.score(item, value)

    def let_down(self, evaluator: str, item: int, group: ErrorGroup) -> None:
        """The evaluator failed at a row."""
        heard = self.heard[evaluator]
        heard.rows.add(item)
        heard.failures.add(item, group)

    def judges(self, known: Mapping[str, Judge]) -> list[Judge]:
        """One for every score that there is, and for every evaluator that is known and gave none."""
        return [judge for _, judge in self.named(known)]

    def named(self, known: Mapping[str, Judge]) -> Iterator[tuple[Heard, Judge]]:
        """The same, with what was heard of each."""
        for evaluator in dict.fromkeys([*known, *self.heard]):
            judge, heard = known.get(evaluator, Judge(evaluator)), self.heard.get(evaluator, Heard())
            for name in heard.scores or (judge.name,):
                yield heard, judge._replace(name=name, evaluator=judge.name)

    def statistics(
        self,
        known: Mapping[str, Judge],
        comparisons: Mapping[str, PairedComparison] = NO_COMPARISONS,
        clusters: Sequence[Hashable] | None = None,
    ) -> Iterator[ScoreStatistics]:
        """Those of every score, with the comparisons of those that are compared, by the names of scores.

        `clusters` are those of the datapoints, where they are known.
        """
        for heard, judge in self.named(known):
            scores, beside = self.scores(heard, judge), comparisons.get(judge.name)
            yield describe(scores, judge, clusters=clusters, comparison=beside)

    def scores(self, heard: Heard, judge: Judge) -> ItemScores:
        """One score of an evaluator, with what is missing of it, where it owes every row."""
        found = heard.scores.get(judge.name, ItemScores()).alone(len(self.rows))
        found.skip(sum(heard.rows.numbers) - heard.failures.groups.total() - found.n_scored)
        self.failures.into(found)
        heard.failures.into(found)
        if judge.owes:
            for item, missing in self.missing(heard):
                found.fail(item, judge.owes, missing)
        return found

    def missing(self, heard: Heard) -> Iterable[tuple[int, int]]:
        """The datapoints of which rows with an output, or never worked, were not judged, and how many rows."""
        for item, rows in enumerate(self.rows.numbers):
            left = rows - self.failures.items[item] - heard.rows[item]
            if left > 0:
                yield item, left
