"""Check the stories of a chapter's simulator, `course/<stem>/stories.yml`, and name file and line of what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from loyaltylib.simulators.stories import TOLD

from .build_source import Placed, bilingual, read_yaml, wrong

if TYPE_CHECKING:
    from pathlib import Path

_FEWEST: Final = 2  # guesses


def check_stories(path: Path) -> int:
    """Check every story: its words in both languages, its guesses, the right one; return how many there are.

    Raises `CourseError` naming file and line.
    """
    stories = read_yaml(path).get("stories")
    if not isinstance(stories, list):
        raise wrong(path, 1, "the file needs 'stories: [...]'")
    for story in stories:
        if not isinstance(story, Placed) or not story.get("id"):
            raise wrong(path, getattr(story, "line", 1), f"a story must be a mapping with an id, found {story!r}")
        for name in TOLD:
            bilingual(path, story.line, f"story '{story['id']}': {name}", story.get(name))
        _check_guesses(path, story)
        if not isinstance(story.get("at"), dict):
            raise wrong(path, story.line, f"story '{story['id']}': 'at' must map controls to values, {{}} for none")
    return len(stories)


def _check_guesses(path: Path, story: Placed) -> None:
    guesses: Any = story.get("guesses")
    if not isinstance(guesses, list) or len(guesses) < _FEWEST:
        raise wrong(path, story.line, f"story '{story['id']}': fewer than two guesses")
    for guess in guesses:
        bilingual(path, story.line, f"story '{story['id']}': a guess", guess)
    if story.get("right") not in range(1, len(guesses) + 1):
        right, most = story.get("right"), len(guesses)
        raise wrong(path, story.line, f"story '{story['id']}': right is {right!r}; give a guess's number, 1 to {most}")
