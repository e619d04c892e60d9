"""The compositor of our screens: lines that changed are asked for alone.

Stock Textual asks every widget between the uppermost and the lowest changed line for all its
lines, and cuts them where any widget begins or ends.  Here a change is mostly a line or two
of widgets that draw line by line; whatever else has changed is left to stock.
"""

from collections.abc import Mapping

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip

from tui.widgets.drawn import Drawn


class LineCompositor(Compositor):
    """Renders changed lines of `Drawn` widgets, each from the widget that shows it."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """Render what has changed; by stock's own means where it is more than lines."""
        screen = self.size.region
        regions = [region.intersection(screen) for region in self._dirty_regions]
        found = [(region, self._owner(region)) for region in regions if region]
        lines = [(region, *owner) for region, owner in found if owner is not None]
        if len(lines) < len(found):
            return super().render_partial_update()
        height = screen.height
        chops: list[Mapping[int, Strip | None]] = [{}] * height
        ends: list[list[int]] = [[]] * height
        spans = []
        for region, widget, at in lines:
            for y in region.line_range:
                chops[y] = {at.x: widget.render_line(y - at.y)}
                ends[y] = [at.right]
                spans.append((y, at.x, at.right))
        self._dirty_regions.clear()
        return ChopsUpdate(chops, sorted(set(spans)), ends) if spans else None

    def _owner(self, region: Region) -> tuple[Drawn, Region] | None:
        """Return the widget whose whole lines a region is, if nothing lies over it."""
        for widget, (at, clip) in self.visible_widgets.items():
            if at.overlaps(region):
                whole = at.width == self.size.width and at.contains_region(region)
                alone = whole and clip.contains_region(at)
                return (widget, at) if isinstance(widget, Drawn) and alone else None
        return None
