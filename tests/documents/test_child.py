import gc
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from app.documents import gallery, render
from app.documents.child import YOUNG_OBJECTS, Renderer
from app.documents.contexts import AwardLetter, Logo
from app.documents.render import RenderError
from app.errors import Unavailable


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    with Renderer() as made:
        yield made  # type: ignore[misc]  # a generator is what pytest wants


def award() -> AwardLetter:
    context = next(each for each in gallery() if each.document == "award_letter").context()
    assert isinstance(context, AwardLetter)
    return context


def pid(renderer: Renderer) -> int:
    renderer.warm()
    assert renderer._child
    return renderer._child.pid


def is_alive(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


def test_child_prints_the_same_bytes_as_its_parent_would(renderer: Renderer) -> None:
    assert renderer.pdf(award()) == render.pdf(award())


def test_several_threads_may_ask_at_once(renderer: Renderer) -> None:
    with ThreadPoolExecutor(4) as threads:
        printed = list(threads.map(renderer.pdf, [award()] * 4))

    assert set(printed) == {render.pdf(award())}


def test_what_is_loaded_is_not_walked_over_for_each_letter(renderer: Renderer) -> None:
    pid(renderer)
    assert renderer._child
    pool = renderer._child.pool

    assert pool.submit(gc.get_freeze_count).result() > 10_000
    assert pool.submit(gc.get_threshold).result()[0] == YOUNG_OBJECTS


def test_crashed_child_is_replaced(renderer: Renderer) -> None:
    first = pid(renderer)
    os.kill(first, signal.SIGKILL)

    printed = renderer.pdf(award())

    assert printed == render.pdf(award())
    assert pid(renderer) != first


def test_hanging_child_is_stopped_and_replaced() -> None:
    with Renderer(letter_seconds=1) as renderer:
        first = pid(renderer)
        os.kill(first, signal.SIGSTOP)

        with pytest.raises(Unavailable, match="took longer than 1 seconds"):
            renderer.pdf(award())

        assert not is_alive(first)
        assert pid(renderer) != first


def test_wrong_document_is_an_error_and_the_child_goes_on(renderer: Renderer) -> None:
    first, context = pid(renderer), award()
    logo = Logo(sha256="0" * 64, media_type="image/png", alt="x")
    authority = replace(context.letter.authority, logo=logo)
    wrong = replace(context, letter=replace(context.letter, authority=authority))

    with pytest.raises(RenderError, match="There is no picture"):
        renderer.pdf(wrong)

    assert pid(renderer) == first


PARENT = """
import sys, time
from app.documents.child import YOUNG_OBJECTS, Renderer
if __name__ == "__main__":
    renderer = Renderer()
    renderer.warm()
    print(renderer._child.pid, flush=True)
    time.sleep(60)
"""


def test_child_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.kill()

    until = time.monotonic() + 10
    while is_alive(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_alive(child)
