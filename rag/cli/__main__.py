"""``python -m rag.cli``"""

import sys

from rag.cli.parser import main

sys.exit(main())
