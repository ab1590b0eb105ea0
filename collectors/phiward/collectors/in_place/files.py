"""The comments of files that were read elsewhere: looked up again by the lines of what they stand at."""

from collections.abc import Callable, Iterable, Iterator

from phiward.collectors.in_place.comments import Comment, Comments, asked_for, language_of
from phiward.inventory.model import Lines, Resource, WaiverComment
from phiward.inventory.regular import regular

_SIZE = 10_000_000


class InFiles:
    """The comments of one target's files, each read once. Files are named as people are told them.

    `edited` returns what stands in for a file's text, where it is looked at before it is written.
    """

    def __init__(self, edited: Callable[[str], bytes | None] = lambda _: None) -> None:
        self._edited = edited
        self._files: dict[str, Comments] = {}
        self._placed: set[tuple[str, int]] = set()

    def of(self, made: Iterable[object], places: Iterable[Lines]) -> Iterator[WaiverComment]:
        """Yield what is asked of the resources among what was made, by the comments in or directly above some lines."""
        found = dict.fromkeys((place.file, comment) for place in places for comment in self._within(place))
        for resource in made if found else ():
            if isinstance(resource, Resource):
                for file, comment in found:
                    yield from asked_for(resource.id, resource.type, file, (comment,))

    def known(self, place: Lines) -> None:
        """Note that something stands at some lines, also where nothing is made of it: its comments are not astray."""
        self._within(place)

    def stray(self) -> Iterator[WaiverComment]:
        """Yield the comments of phiward's own that stand at nothing, of the files that were looked into."""
        for file, comments in sorted(self._files.items()):
            for comment in comments.found:
                if comment.tool == "phiward" and (file, comment.line) not in self._placed:
                    yield from asked_for("", "", file, (comment,))

    def _within(self, place: Lines) -> tuple[Comment, ...]:
        if place.file not in self._files:
            self._files[place.file] = Comments(_text(place.file, self._edited), language_of(place.file))
        comments = self._files[place.file]
        if not comments.found:
            return ()
        found = comments.within(place.line, place.end_line)
        self._placed.update((place.file, comment.line) for comment in found)
        return found


def _text(file: str, edited: Callable[[str], bytes | None]) -> str:
    """Return a file's text; nothing where it cannot be read any more, or is larger than any collector reads."""
    data = edited(file)
    try:
        if data is None:
            with regular(file) as stream:
                data = stream.read(_SIZE + 1)
    except OSError:
        return ""
    if len(data) > _SIZE:
        return ""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    return data.decode(encoding, errors="replace")
