"""What `native.py` is made of.

    runtime      a process that answers requests, and what it was timed on
    comparison   whether runtimes compute the same
    targets      what Regulens sets out to reach, and what a measurement says of it
    report       a measurement as Markdown and as JSON
"""
