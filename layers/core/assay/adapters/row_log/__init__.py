"""The row log: immutable segments in S3, made visible by commits in DynamoDB.

A segment is written under a name of its own first; one transaction then moves the head from n to n + 1 and puts
commit n + 1, which points at the segment. So a commit is there or not, a version never changes, and of two writers
that race one simply becomes n + 2.

There are two kinds of segments: of datapoints that are only ever added, each with an id that tells its place, and of
events, which may touch rows that others have made. A commit of events carries the ids that were not made by it.
"""
