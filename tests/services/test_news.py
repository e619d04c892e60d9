"""A school morning's acts tell where they were done, so that few screens read again."""

from collections import defaultdict
from uuid import uuid4

from core.rules.news import Where
from core.rules.roll import Mark
from core.services import contact, seat
from core.services.news import NewsStand
from tests.services.file_acts import call
from tests.services.school_town import RIVER, THIRD, TOWNSHIP, at, build

CLASS = Where(township_id=TOWNSHIP, school_id=RIVER, class_id=THIRD)
SCHOOL = Where(township_id=TOWNSHIP, school_id=RIVER)


async def test_a_roll_is_news_to_its_class_and_a_call_or_a_leave_to_its_school(pool):
    town = await build(pool)
    stand = NewsStand(seat.front_desk(pool, lambda _: town.now))
    heard: defaultdict[Where, set[str]] = defaultdict(set)
    stand.subscribe(lambda where, nouns: heard[where].update(nouns))

    async def news() -> dict[Where, set[str]]:
        heard.clear()
        await stand.look()
        return dict(heard)

    town.clock("11-23 08:10")
    assert await news() == {}
    await town.roll("11-23 am", _101=Mark.ABSENT)
    assert await news() == {CLASS: {"roll", "absence"}}
    assert await news() == {}
    reached = call(at=at("11-23 08:10"))
    await contact.record(await town.desk("li"), reached, uuid4())
    assert await news() == {SCHOOL: {"contact", "absence", "duty"}}
    await town.leave("11-23 pm", "11-23 pm", student_id=102)
    assert await news() == {SCHOOL: {"leave"}}
