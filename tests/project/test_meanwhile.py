import multiprocessing
import os

import pytest

from genai_codemod.project.meanwhile import begun

pytestmark = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="processes cannot be copied"
)


def test_a_call_is_made_in_a_copy_of_the_process() -> None:
    known = object()
    wait = begun(lambda: (os.getpid(), id(known)))
    process, same = wait()
    assert process != os.getpid()
    assert same == id(known)


def test_what_fails_there_fails_here() -> None:
    def fail() -> None:
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        begun(fail)()


def test_where_that_process_dies_the_call_is_made_here() -> None:
    here = os.getpid()

    def die_elsewhere() -> str:
        if os.getpid() != here:
            os._exit(1)
        return "done"

    assert begun(die_elsewhere)() == "done"
