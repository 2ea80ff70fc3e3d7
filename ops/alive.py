"""Does the web process beside us answer? For the health check of a container: exit 0 or an error."""

import os
import sys
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

# As the proxy says it, or the answer is a redirect to https.
HEADERS = {"X-Forwarded-Proto": "https", "Host": urlsplit(os.environ["PUBLIC_URL"]).netloc}
PORT = sys.argv[1] if len(sys.argv) > 1 else "8000"

with urlopen(Request(f"http://127.0.0.1:{PORT}/health/live/", headers=HEADERS), timeout=3) as answer:
    sys.exit(answer.status != 200)
