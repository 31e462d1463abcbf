"""The command line: data on standard output, progress and errors on standard error, exit codes that scripts can use.

0  done        1  not found, or the job failed      2  wrong use or settings      3  a service could not be asked
"""
