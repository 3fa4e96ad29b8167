"""What processes that work for another one share: limits, threads, signals, causes of death.

There are two pools of workers, and they share no more than this. A batch (``batch.engine``) hands
each task to a worker and gets the outcome back through a pipe: it lives as long as its
coordinator, and a task may simply be handed out again. The workers of a server
(``jobs.supervisor``) take their jobs from a database, by themselves, perhaps on several machines:
they survive a failing database, prove with a heartbeat that they are alive, and give a job back
when they are asked to stop.
"""
