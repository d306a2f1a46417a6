"""Archives built by hand are in archives.py beside this file."""

import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))
settings.register_profile("io", database=None)
settings.load_profile("io")
