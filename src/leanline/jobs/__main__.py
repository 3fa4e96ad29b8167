"""``python -m leanline.jobs``: one worker; see ``jobs.worker``."""

from leanline.jobs.worker import main

main()
