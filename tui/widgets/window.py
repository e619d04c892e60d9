"""Which of many rows are in sight, and which one the cursor is on."""

from dataclasses import dataclass


@dataclass
class Window:
    """`rows` rows seen through a page of `page`, from `top` on; the cursor is `at`."""

    rows: int = 0
    page: int = 1
    top: int = 0
    at: int = 0

    def resize(self, rows: int, page: int) -> None:
        """Take another number of rows and of lines for them; keep the cursor in sight."""
        self.rows, self.page = rows, max(1, page)
        self.go(self.at)

    def go(self, row: int) -> bool:
        """Move the cursor to a row, or the nearest there is; tell whether it scrolled.

        It scrolls by half a page, so that not every further step repaints the page.
        """
        self.at = max(0, min(row, self.rows - 1))
        top = self.top
        if not top <= self.at < top + self.page:
            top = self.at - self.page // 2
        before, self.top = self.top, max(0, min(top, self.rows - self.page))
        return self.top != before

    @property
    def seen(self) -> int:
        """Return how many rows are in sight."""
        return min(self.page, self.rows - self.top)

    @property
    def range(self) -> str:
        """Say which rows are in sight ("1-20/57"), or nothing where all are."""
        if self.seen == self.rows:
            return ""
        return f"{self.top + 1}-{self.top + self.seen}/{self.rows}"
