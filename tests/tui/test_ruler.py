"""A text takes the cells that its characters take, however they are counted."""

import pytest

from tui.ruler import Ruler

# Around every range that is counted at once, and a name of everything.
EDGES = "\x1f !~\x7f、。〃\u3000\u4dff一龥\u9fa6\uff00！～\uff5f·…e\u0301吾买尔江"


@pytest.mark.parametrize("gbk", [False, True])
@pytest.mark.parametrize("wide", [False, True])
def test_a_text_takes_the_cells_of_its_characters(wide, gbk):
    ruler = Ruler(wide=wide, gbk=gbk)
    texts = [*EDGES, EDGES, "三年级（1）班 上午", "".join(map(chr, range(0x4E00, 0x9FA6)))]
    for text in texts:
        assert ruler.cells(text) == sum(ruler.shown(each)[1] for each in text), text[:9]
