"""One request as JSON on standard input, one answer as JSON on standard output, everything else on standard error."""

import json
import sys
import warnings


def answer(handle):
    """Calls `handle` with the request and prints what it returns."""
    warnings.filterwarnings("ignore")
    out, sys.stdout = sys.stdout, sys.stderr
    json.dump(handle(json.load(sys.stdin)), out)
    out.write("\n")
