"""The compositor of our screens: each line is asked for once, of the widget that shows it.

Stock Textual asks every widget between the uppermost and the lowest changed line for all its
lines, and cuts them where any widget begins or ends.  Here a change is mostly a line or two
of widgets that draw line by line, and a screen is such widgets one under another; whatever
else there is, is left to stock.
"""

from collections.abc import Mapping

from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tui.widgets.drawn import Drawn


class LineCompositor(Compositor):
    """Renders lines of `Drawn` widgets, each from the widget that shows it."""

    def render_full_update(self, simplify: bool = False) -> LayoutUpdate:  # noqa: FBT001, FBT002 -- as Textual gives it
        """Render all lines; by stock's own means where something else is to be seen."""
        found: list[Strip | None] = [None] * self.size.height
        for widget, (at, clip) in self.visible_widgets.items():
            if isinstance(widget, Drawn):
                if at.width != self.size.width or not clip.contains_region(at):
                    return super().render_full_update(simplify)
                for y in at.line_range:
                    found[y] = found[y] or widget.render_line(y - at.y)
            elif not widget.children:
                return super().render_full_update(simplify)
        self._dirty_regions.clear()
        blank = Strip.blank(self.size.width)
        return LayoutUpdate([[strip or blank] for strip in found], self.size.region)

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
