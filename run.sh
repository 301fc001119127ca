#!/bin/bash
cd /tmp/w/wt && PYTHONPATH=/tmp/w/wt/layers/core:/tmp/w/wt/cli:/tmp/w/wt /tmp/w/dev/bin/python -m pytest "$@"
