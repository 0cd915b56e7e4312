"""The command ``genai-codemod``, also ``python -m genai_codemod``."""

from __future__ import annotations

import gc
import sys

from genai_codemod import __version__


def main() -> None:
    """Run the command line and exit with its code."""
    # Tools ask for the version often; it is answered without importing click.
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"genai-codemod {__version__}\n")
        return
    # A run makes many small objects that stay; looking through them time and again takes a tenth.
    gc.set_threshold(200_000)
    try:
        from genai_codemod.project import ahead, git

        if sys.argv[1:2] == ["migrate"]:
            ahead.ask_about(sys.argv[2:])
        from genai_codemod.cli.main import run

        try:
            code = run(sys.argv[1:])
        finally:
            git.forget()
            # Python looks through all that there is once more when it ends; that finds nothing.
            gc.freeze()
        sys.exit(code)
    except KeyboardInterrupt:  # before the command line can answer it itself, or after
        sys.stderr.write("genai-codemod: interrupted\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
