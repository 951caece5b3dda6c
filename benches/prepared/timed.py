"""Runs a command and prints its wall time in seconds and the most that its largest process held, in KiB.

A process of its own, and a small one: what a child held counts from its parent's copy on.
"""

import os
import subprocess
import sys
import time

begun = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(time.perf_counter() - begun, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
