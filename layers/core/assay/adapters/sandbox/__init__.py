"""Where user code runs: what stands behind the port Sandbox.

Three processes, each trusting only the ones before it:

  the function     holds the batch; unreadable for its own uid, and the parent of every orphan below it
  └── harness      one a batch (`child.py`); holds the source, never a row; sees no answer; runs no user code
      └── row      forked for one row; holds the source, its own row and the descriptors of its own answer; then killed

A row cannot poison the next, which is forked from the harness as the row found it; cannot answer for the next, whose
descriptors it never has; and cannot outlive its answer. What it can do while it lives is what a seccomp filter
(`syscalls.py`) and resource limits leave: compute, and read what this uid may read.
"""
