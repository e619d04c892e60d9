"""A window dragged by its corner: two sizes at once do not chase each other for ever."""

import pytest
from textual.events import Resize
from textual.geometry import Size

from tests.tui.kit import Toy, ToyApp, a_desk, settle


@pytest.mark.timeout(30)
async def test_two_sizes_on_their_way_while_nobody_reads_are_laid_out_once():
    screen = Toy(a_desk())
    app = ToyApp(screen)
    laid_out: list[Size | None] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        lay_out = screen._refresh_layout

        def remember(size: Size | None = None, scroll: bool = False) -> None:  # noqa: FBT001, FBT002 -- Textual's
            laid_out.append(size)
            lay_out(size, scroll)

        screen._refresh_layout = remember
        # Frames are dropped meanwhile, as for a client that does not read.
        with app.batch_update():
            for width in (120, 100):
                size = Size(width, 30)
                app._size = size
                screen.post_message(Resize(size, size))
                # Something between the two, or Textual makes one of them.
                screen.call_later(lambda: None)
            for _ in range(20):
                await settle(pilot)
        await settle(pilot)
        assert screen.size == Size(100, 30)
        assert Size(120, 30) not in laid_out
        assert laid_out.count(Size(100, 30)) == 1


async def test_while_frames_are_dropped_nothing_is_rendered_and_afterwards_all_of_it_is():
    screen = Toy(a_desk())
    app = ToyApp(screen)
    rendered: list[object] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        render = screen._compositor.render_update

        def remember(*args, **named):
            rendered.append(render(*args, **named))
            return rendered[-1]

        screen._compositor.render_update = remember
        with app.batch_update():
            screen.tell("甲")
            screen.refresh(layout=True)
            for _ in range(5):
                await settle(pilot)
            screen._refresh_layout()
            await settle(pilot)
            assert rendered == []
        await settle(pilot)
        screen._on_timer_update()
        shown = "".join(strip.text for line in rendered[-1].strips for strip in line)
        assert "甲" in shown
