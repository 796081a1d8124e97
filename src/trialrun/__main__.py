"""`python -m trialrun` is `trialrun`."""

from .cli import main

raise SystemExit(main())
