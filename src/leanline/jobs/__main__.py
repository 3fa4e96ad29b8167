"""``python -m leanline.jobs`` runs one worker; see ``jobs.worker``."""

from leanline.jobs.worker import main

main()
