"""`python -m episodarr`, and the `episodarr` command."""

import sys


def start() -> None:
    """Run the command. Reading names needs no service: it starts without loading one, ten times as fast."""
    if sys.argv[1:2] == ["parse"]:
        from episodarr.cli.parse import run_parse

        run_parse()
        return
    from episodarr.run import run

    run()


if __name__ == "__main__":
    start()
