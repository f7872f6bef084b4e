"""Run as `python -m newsbeam`."""

import sys

if __name__ == "__main__":
    from newsbeam.cli import main

    sys.exit(main())
