"""Pairing the rows of a table with its columns so that the pairs' values add up to the most.

The method of shortest augmenting paths: R. Jonker and A. Volgenant, Computing 38 (1987), 325-340.
"""

import math
from collections.abc import Sequence

Table = Sequence[Sequence[float]]


def best_pairs(values: Table) -> list[tuple[int, int]]:
    """Pairs (row, column) in order of rows, as many as the shorter side has."""
    if len(values) > len(values[0]):
        turned = best_pairs(list(zip(*values, strict=True)))
        return sorted((row, column) for column, row in turned)
    matching = Matching([[-value for value in row] for row in values])
    for row in range(len(values)):
        matching.admit(row)
    return sorted((row, column) for column, row in enumerate(matching.row_of) if row >= 0)


class Matching:
    """Rows paired with columns at least cost, for as many rows as were admitted. No fewer columns than rows."""

    def __init__(self, costs: Table) -> None:
        self.costs = costs
        self.row_of = [-1] * len(costs[0])
        self.price_of_row = [0.0] * len(costs)
        self.price_of_column = [0.0] * len(costs[0])

    def admit(self, row: int) -> None:
        """Pairs one more row, along the cheapest path that changes other pairs."""
        distance = [math.inf] * len(self.row_of)
        came_from = [-1] * len(self.row_of)
        settled: set[int] = set()
        reached, column, at = 0.0, -1, row
        while at >= 0:
            if column >= 0:
                settled.add(column)
            self._look(at, reached, column, settled, distance, came_from)
            column = min((c for c in range(len(distance)) if c not in settled), key=distance.__getitem__)
            reached, at = distance[column], self.row_of[column]
        self._reprice(row, reached, settled, distance)
        while column >= 0:
            before = came_from[column]
            self.row_of[column] = row if before < 0 else self.row_of[before]
            column = before

    def _look(
        self, row: int, reached: float, column: int, settled: set[int], distance: list[float], came_from: list[int]
    ) -> None:
        """Shortens the way to the columns where it leads over `row`."""
        for other, cost in enumerate(self.costs[row]):
            way = reached + cost - self.price_of_row[row] - self.price_of_column[other]
            if way < distance[other] and other not in settled:
                distance[other], came_from[other] = way, column

    def _reprice(self, row: int, reached: float, settled: set[int], distance: list[float]) -> None:
        """Keeps every pair the cheapest for its row and column."""
        self.price_of_row[row] += reached
        for column in settled:
            self.price_of_row[self.row_of[column]] += reached - distance[column]
            self.price_of_column[column] -= reached - distance[column]
