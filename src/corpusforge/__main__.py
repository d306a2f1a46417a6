"""`python -m corpusforge`."""

import sys

from corpusforge.cli.main import main

sys.exit(main())
