"""What the program's own CSS means is read once, and is nobody's."""

from tests.door.toy import Bar, Roll, Toy


async def test_sessions_share_the_rules_of_their_css_and_nothing_else():
    first, second = Toy("甲"), Toy("乙")
    async with first.run_test(size=(80, 24)):
        async with second.run_test(size=(80, 24)):
            ours, theirs = first.stylesheet.rules, second.stylesheet.rules
            assert len(ours) == len(theirs) > 20
            assert all(one is other for one, other in zip(ours, theirs, strict=True))

            # What a session sets is its own.
            first.screen.query(Bar).first().styles.height = 3
            first.screen.query_one(Roll).styles.display = "none"
            assert second.screen.query(Bar).first().styles.height.value == 1
            assert second.screen.query_one(Roll).display
        async with Toy("丙").run_test(size=(80, 24)) as third:
            assert third.app.screen.query(Bar).first().styles.height.value == 1


async def test_another_theme_has_rules_of_its_own():
    first, second = Toy(), Toy()
    second.theme = "textual-light"
    async with first.run_test(size=(80, 24)), second.run_test(size=(80, 24)):
        ours, theirs = first.stylesheet.rules, second.stylesheet.rules
        assert not {id(rule) for rule in ours} & {id(rule) for rule in theirs}
