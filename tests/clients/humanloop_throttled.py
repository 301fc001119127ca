"""What `humanloop` does where the gateway has too many requests (contract §6.3); run by the SDK's own interpreter, and
told as one line of JSON.

    python humanloop_throttled.py throttled HOST API_KEY
"""

import json
import sys

from humanloop import ApiException, Humanloop


def main(_, host, api_key):
    hl = Humanloop(api_key=api_key, host=host)
    found = hl.projects.list().records
    try:
        hl.projects.create(name="too many")
    except ApiException as error:
        print(json.dumps({"found": found, "status": error.status, "body": error.body}))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
