"""What the program's own CSS means, read once a process instead of once a session.

Textual parses every widget's CSS anew for each App: a quarter of what a session's start
costs.  A rule is never changed once it is read, and says nothing of anybody.
"""

from functools import lru_cache
from typing import Final, TypeAlias

from textual.css.model import RuleSet
from textual.css.parse import parse
from textual.css.stylesheet import Stylesheet
from textual.css.tokenize import tokenize_values
from textual.css.tokenizer import Token
from textual.css.types import CSSLocation

# More than all widgets of the program have, in more themes than one.
_SOURCES: Final = 1024
_THEMES: Final = 16

Variables: TypeAlias = tuple[tuple[str, str], ...]


class _Theme:
    """A theme's variables, equal only to itself: it is looked for with every source."""

    def __init__(self, variables: Variables) -> None:
        self.tokens: dict[str, list[Token]] = tokenize_values(dict(variables))


@lru_cache(_THEMES)
def _theme(variables: Variables) -> _Theme:
    return _Theme(variables)


@lru_cache(_SOURCES)
def _rules(
    theme: _Theme,
    css: str,
    read_from: CSSLocation,
    is_default_rules: bool,  # noqa: FBT001 -- as Textual gives it
    tie_breaker: int,
    scope: str,
) -> tuple[RuleSet, ...]:
    return tuple(
        parse(
            scope,
            css,
            read_from,
            variable_tokens=theme.tokens,
            is_default_rules=is_default_rules,
            tie_breaker=tie_breaker,
        )
    )


class SharedStylesheet(Stylesheet):
    """A style sheet of one App, made of rules that all Apps of the process share."""

    @classmethod
    def instead_of(cls, other: Stylesheet) -> "SharedStylesheet":
        """Return an empty one of the same theme."""
        return cls(variables=other._variables)  # noqa: SLF001 -- asking anew costs a millisecond

    @property
    def _variable_tokens(self) -> dict[str, list[Token]]:
        return _theme(tuple(self._variables.items())).tokens

    def _parse_rules(
        self,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,  # noqa: FBT001, FBT002 -- as Textual gives it
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        theme = _theme(tuple(self._variables.items()))
        return list(_rules(theme, css, read_from, is_default_rules, tie_breaker, scope))
