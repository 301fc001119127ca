"""How far a number can be trusted: intervals, paired tests, power. Pure Python, checked against scipy.

n counts datapoints, never datapoints × trials: trials are reduced to item means first. The methods follow Miller 2024
(arXiv 2411.00640) and, for small samples, Bowyer et al. 2025 (arXiv 2503.01747).
"""
