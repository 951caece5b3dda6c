"""What `gpu.sh` is made of.

    budget      the time that there is, and a step's share of it
    record      figures as lines of JSON, each written when it is there
    parts       what was built elsewhere, in pieces of a size that can be carried
    pack        the companion command that makes them
    machine     what is there: GPUs, PyTorch, the program's devices, drivers
    sizes       how much is asked of a GPU, and of the software adapter
    timed       runtimes that answer requests, compared and then timed in turn
    tables, changes, sequences, variants    the steps of the native program
    pages       the steps in Chromium: a server, and a browser for each visit
    report      lines of JSON as a table
"""
