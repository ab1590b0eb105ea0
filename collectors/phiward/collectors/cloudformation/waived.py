"""What asks for a waiver of what a template makes: comments on and in a resource, and its `Metadata`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from phiward.collectors.documents import Mapping as Written
from phiward.collectors.in_place.data import of_metadata
from phiward.collectors.in_place.files import InFiles
from phiward.inventory.model import Lines, Resource, Unknown, WaiverComment

if TYPE_CHECKING:
    from phiward.collectors.cloudformation.template import Template
    from phiward.collectors.terraform.block import Block
    from phiward.collectors.terraform.fold import Main


class Waived:
    """The waivers in the templates of one folder. `shown` turns a file's path into the one that people are told."""

    def __init__(
        self,
        templates: "Mapping[str, Template]",
        shown: Callable[[str], str],
        edited: Callable[[str], bytes | None] = lambda _: None,
    ) -> None:
        """`edited` as for `InFiles`."""
        self._shown = shown
        self._files = InFiles(edited)
        self._metadata: dict[tuple[str, int], tuple[Any, int]] = {}
        for file, template in templates.items():
            for name, resource in template.resources.items():
                span = template.resources.spans.get(name)
                if span is None:
                    continue
                self._files.known(Lines(shown(file), *span))
                if isinstance(resource, Written) and "Metadata" in resource:
                    line = resource.spans["Metadata"].line if "Metadata" in resource.spans else span.line
                    self._metadata[file, span.line] = (resource["Metadata"], line)

    def of(self, main: "Main", made: Iterable[object]) -> Iterator[WaiverComment]:
        """Yield what is asked of the resources that a block made, at its resource and at those that belong to it."""
        resources = [each for each in made if isinstance(each, Resource)]
        if not resources:
            return
        parts: list[Block] = [
            part for folded in main.parts.values() for part in folded if not isinstance(part, Unknown)
        ]
        places = list(dict.fromkeys(block.where for block in (main.block, *parts)))
        yield from self._files.of(resources, [each._replace(file=self._shown(each.file)) for each in places])
        for place in places:
            metadata, line = self._metadata.get((place.file, place.line), (None, 0))
            for resource in resources if metadata is not None else ():
                yield from of_metadata(resource.id, resource.type, self._shown(place.file), line, metadata)

    def stray(self) -> Iterator[WaiverComment]:
        """Yield the comments that stand at no resource."""
        return self._files.stray()
