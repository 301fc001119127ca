"""One bucket: whatever comes in bulk. Only these modules know its keys; the organisation starts every one.

{org}/datasets/{dataset}/segments/{segment}.jsonl        a commit's datapoints, immutable
{org}/datasets/{dataset}/snapshots/{sequence}.jsonl      a version in order, and {sequence}.offsets beside it
{org}/logs/{log}.json                                    a posted log too large for an item
{org}/launches/…                                         the body of a launch, too large for an event: users put it
{org}/evaluations/{evaluation}/plan.json                 what never changes while it runs
{org}/evaluations/{evaluation}/passes/{pass}/lanes.json  the items over which the state machine maps
{org}/evaluations/{evaluation}/passes/{pass}/seal.json   what counts of the pass that has ended, written once
{org}/evaluations/{evaluation}/parts/{outputs|scores/{round}}/{chunk}/{part}.{first}.{last}.jsonl   checkpoints, expire
{org}/evaluations/{evaluation}/outputs/{chunk}.jsonl     a chunk's outputs, written once; its metadata marks rows
{org}/evaluations/{evaluation}/scores/{round}/{chunk}.jsonl   a chunk's scores by a round of evaluators, written once
{org}/evaluations/{evaluation}/summary.json              what it came to
"""
