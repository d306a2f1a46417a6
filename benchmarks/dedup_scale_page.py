"""page"""

import json


def page(f):
    return json.dumps(f, indent=1)
