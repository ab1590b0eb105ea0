"""The collector of Kubernetes: folders and files of manifests, kustomizations and Helm charts."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from phiward.collectors.kubernetes import folder
from phiward.collectors.port import Options, Progress
from phiward.inventory.model import CollectionGap, Found, Lines, Resource
from phiward.inventory.reach import Reach

if TYPE_CHECKING:
    from phiward.collectors.in_place.files import InFiles
    from phiward.collectors.kubernetes.cluster import Cluster
    from phiward.collectors.kubernetes.kustomize import Kustomization, Kustomizations
    from phiward.collectors.kubernetes.objects import Manifest
    from phiward.inventory.catalog import ResourceType

_WRONG = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)
"""What normalizing a value of a shape that the API does not take may raise."""
_TOLD = 3
"""Files that a note names."""


class Part(NamedTuple):
    """Objects that would be applied together, and how they were read."""

    manifests: tuple["Manifest", ...]
    call: str
    digest: dict[str, str]
    """The `sha256:` digest of each file, or of what a program made, by the name of the file."""


class KubernetesCollector:
    """Reads what manifests, kustomizations and charts will make of a cluster."""

    name = "kubernetes"

    def __init__(self) -> None:
        self.unread: dict[str, int] = {}
        """Kinds that the last run met and no form reads, with the number of objects, by name."""
        self.reach = Reach()

    def claims(self, target: str) -> bool:
        """Say whether the target is a folder with something of Kubernetes in it, or such a file."""
        path = Path(target)
        if path.is_dir():
            return os.access(path, os.R_OK | os.X_OK) and folder.claimed(path)
        if path.name in folder.KUSTOMIZATIONS or path.name == folder.CHART:
            return path.is_file()
        return target.endswith(folder.SUFFIXES) and path.is_file() and folder.looks(path)

    def types(self) -> "Iterable[ResourceType]":
        """Declare the types of every module with a Kubernetes form."""
        from phiward.collectors.kubernetes import form

        return tuple({of.name: of for of, _ in form.discover()}.values())

    def collect(self, target: str, options: Options, progress: Callable[[Progress], None]) -> Iterator[Found]:
        """Yield the resources of every object, then what could not be read: a gap with its file and line."""
        self.unread, self.reach = {}, Reach()
        if options.need is not None and not any(of.name in options.need for of in self.types()):
            return
        from phiward.collectors.in_place.files import InFiles

        progress(Progress(f"Kubernetes: {target}", 0))
        reading = _Reading(target, tuple(sorted(of.name for of in self.types())))
        parts = reading.parts()
        unread: Counter[str] = Counter()
        files = InFiles()
        for number, part in enumerate(parts):
            progress(Progress(f"Kubernetes: {part.call}", number, len(parts)))
            yield from _resources(part, parts[0], options, unread, files)
        yield from reading.gaps
        yield from files.stray()
        self.unread = dict(sorted(unread.items()))
        if notes := reading.notes():
            self.reach = Reach(target=target, notes=notes)
        told = ", ".join(f"{name} ({count})" for name, count in self.unread.items())
        progress(Progress(f"Kubernetes: no form reads {told}" if told else "Kubernetes", len(parts), len(parts)))


class _Reading:
    """One reading of a folder or file."""

    def __init__(self, target: str, types: tuple[str, ...]) -> None:
        self.types = types
        """What a file that cannot be read may hide."""
        path = Path(target)
        self.only = None if path.is_dir() else path.name
        self.top = path if self.only is None else path.parent
        self.prefix = shown(self.top)
        self.gaps: list[CollectionGap] = []
        self.left: dict[str, list[str]] = {}
        """What was left alone: what it is, and the files."""

    def parts(self) -> list[Part]:
        """Return what the folder holds: first the plain manifests, then what each kustomization and chart makes."""
        from phiward.collectors.kubernetes.kustomize import Kustomizations

        if self.only is not None and self.only not in (*folder.KUSTOMIZATIONS, folder.CHART):
            found = folder.Sorted((self.only,), (), (), ())
        else:
            found = folder.sort(self.top)
            if self.only is not None:  # a kustomization or chart that was named stands for itself
                found = found._replace(manifests=(), others=())
        for file, what in found.others:
            self.left.setdefault(what, []).append(file)
        every = Kustomizations(self.top, found.kustomizations)
        plain = self._plain([file for file in found.manifests if file not in every.listed])
        made: list[Part | None] = []
        if self.only != folder.CHART:
            roots = [root for root in every.roots if self.only is None or root.folder == ""]
            made += [self._kustomized(every, root) for root in roots]
        if self.only not in folder.KUSTOMIZATIONS:
            made += [self._chart(chart) for chart in found.charts if self.only is None or chart == ""]
        return [plain, *(part for part in made if part is not None)]

    def notes(self) -> tuple[str, ...]:
        """Say what was left alone."""
        told: list[str] = []
        for what, files in sorted(self.left.items()):
            named = ", ".join(files[:_TOLD]) + (f" and {len(files) - _TOLD} more" if len(files) > _TOLD else "")
            told.append(f"Kubernetes: left alone as {what}: {named}")
        return tuple(told)

    def _gap(self, file: str, reason: str, line: int | None = None, types: tuple[str, ...] | None = None) -> None:
        where, hidden = self._shown(file), self.types if types is None else types
        self.gaps.append(CollectionGap(source="kubernetes", where=where, line=line, reason=reason, types=hidden))

    def _shown(self, file: str) -> str:
        return file if self.prefix == "." else f"{self.prefix}/{file}" if file else self.prefix

    def _plain(self, files: list[str]) -> Part:
        manifests: list[Manifest] = []
        digests: dict[str, str] = {}
        for file in files:
            manifests += self._file(file, digests)
        return Part(tuple(manifests), "file", digests)

    def _file(self, file: str, digests: dict[str, str], *, quietly: bool = False) -> "tuple[Manifest, ...]":
        """Return the objects of one file; what is wrong with it is a gap, unless another reading tells it."""
        from phiward.collectors.kubernetes.reading import read

        data = folder.content(self.top, file)
        if isinstance(data, str):
            if not quietly:
                self._gap(file, data)
            return ()
        digests[self._shown(file)] = _digest(data)
        found = read(data, self._shown(file), file.rpartition("/")[0])
        if not quietly:
            for problem in found.problems:
                self._gap(file, problem.message, problem.line, None if problem.hides else _types(found.manifests))
            if found.other is not None:
                self.left.setdefault(found.other, []).append(file)
        return found.manifests

    def _kustomized(self, every: "Kustomizations", root: "Kustomization") -> Part | None:
        from phiward.collectors.kubernetes import rendering

        obstacle = every.obstacle(root)
        program = rendering.kustomize_program()
        if obstacle is None and program is None:
            obstacle = "neither kustomize nor kubectl is installed"
        if obstacle is not None or program is None:
            listed = len(every.files(root))
            self._gap(root.file, f"what this kustomization makes was not read, nor its {listed} files: {obstacle}", 1)
            return None
        place = folder.within(self.top, root.folder) or self.top
        data = self._rendered(program, place, root.file)
        if data is None:
            return None
        written = [each for file in every.files(root) for each in self._file(file, {}, quietly=True)]
        file = self._shown(root.file)
        manifests = self._made(data, file, root.folder, "kustomize build")
        for manifest in manifests:
            manifest.fallback = Lines(file, 1, root.lines)
            manifest.sources = _sources_of(manifest, written)
        return Part(manifests, "kustomize build", {file: _digest(data)})

    def _chart(self, chart: str) -> Part | None:
        from phiward.collectors.kubernetes import rendering

        file = f"{chart}/{folder.CHART}" if chart else folder.CHART
        program = rendering.helm_program()
        place = folder.within(self.top, chart)
        obstacle = None
        if program is None:
            obstacle = "helm is not installed; install it, or scan what `helm template` gives"
        elif place is None or _leaves(self.top, place):
            obstacle = "a link in it leads out of the scanned folder"
        if obstacle is not None or program is None or place is None:
            self._gap(file, f"what this chart makes was not read: {obstacle}", 1)
            return None
        data = self._rendered(program, place, file)
        if data is None:
            return None
        manifests = self._made(data, self._shown(file), chart, "helm template")
        sources = _sources(data)
        for manifest in manifests:
            template = sources.get(manifest.body.span.line)
            below = template.partition("/")[2] if template else folder.CHART
            manifest.fallback = _template_lines(place, below, self._shown(f"{chart}/{below}" if chart else below))
        return Part(manifests, "helm template", {self._shown(file): _digest(data)})

    def _rendered(self, program: list[str], place: Path, file: str) -> bytes | None:
        from phiward.collectors.kubernetes import rendering

        try:
            return rendering.rendered(program, place)
        except rendering.Failed as error:
            self._gap(file, f"it could not be rendered: {error}", 1)
            return None

    def _made(self, data: bytes, file: str, root: str, by: str) -> "tuple[Manifest, ...]":
        from phiward.collectors.kubernetes.reading import read

        found = read(data, file, root)
        for problem in found.problems:
            at = f" (line {problem.line} of that)" if problem.line else ""
            reason = f"what {by} makes of it{at}: {problem.message}"
            self.gaps.append(CollectionGap(source="kubernetes", where=file, line=1, reason=reason, types=self.types))
        return found.manifests


def _resources(part: Part, plain: Part, options: Options, unread: Counter[str], files: "InFiles") -> Iterator[Found]:
    """Yield the resources of objects that are applied together; the plain manifests of the folder stand beside them."""
    from phiward.collectors.kubernetes.cluster import Cluster
    from phiward.collectors.kubernetes.form import readers

    beside = () if part is plain else plain.manifests
    cluster = Cluster((*part.manifests, *beside), options.within)
    for manifest in part.manifests:
        forms = readers(manifest)
        if not forms:
            unread[manifest.kind] += 1
        written = [each.where for each in (manifest.sources or (manifest,)) if each.fallback is None]
        for place in written:
            files.known(place)
        gaps: dict[tuple[str, int | None], tuple[str, ...]] = {}
        for of, form in forms:
            if options.need is None or of.name in options.need:
                try:
                    built = tuple(_built(form.build, manifest, cluster, part))
                except _NotTaken as error:
                    gaps[error.reason, error.line] = (*gaps.get((error.reason, error.line), ()), of.name)
                    continue
                yield from built
                yield from files.of(built, written)
                yield from _annotated(manifest, built)
        for (reason, line), types in gaps.items():
            where = manifest.where
            at = where.line if manifest.fallback or line is None else line
            told = f"{manifest.kind} {manifest.name}: {reason}"
            yield CollectionGap(source="kubernetes", where=where.file, line=at, reason=told, types=tuple(sorted(types)))


class _NotTaken(Exception):  # noqa: N818 - what is wrong is the object
    """Why no resource could be made of an object."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def _annotated(manifest: "Manifest", built: Iterable[Found]) -> Iterator[Found]:
    """Yield what the annotations of an object ask for, of each resource that was made of it."""
    annotations = manifest.at("metadata", "annotations")
    if not annotations:
        return
    from phiward.collectors.in_place.data import of_annotations

    for resource in built:
        if isinstance(resource, Resource):
            yield from of_annotations(
                resource.id,
                resource.type,
                lambda name: manifest.lines("metadata", "annotations", name),
                annotations,
            )


def _built(
    build: Callable[..., Iterable[Resource]], manifest: "Manifest", cluster: "Cluster", part: Part
) -> tuple[Resource, ...]:
    from phiward.collectors.kubernetes.form import Source
    from phiward.collectors.kubernetes.objects import Malformed

    try:
        return tuple(build(Source(manifest, cluster, part.call, part.digest.get(manifest.file))))
    except Malformed as error:
        raise _NotTaken(error.message, error.line) from error
    except _WRONG as error:
        raise _NotTaken(f"it is not written as Kubernetes asks: {type(error).__name__}") from error


def _types(manifests: "Iterable[Manifest]") -> tuple[str, ...] | None:
    """Return the resource types that some objects are read as; None where there are none."""
    from phiward.collectors.kubernetes.form import readers

    return tuple(sorted({of.name for manifest in manifests for of, _ in readers(manifest)})) or None


def shown(path: Path) -> str:
    """Return a path as people are told it: below the current folder where it is, else as given, POSIX."""
    try:
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _sources_of(made: "Manifest", written: "list[Manifest]") -> "tuple[Manifest, ...]":
    """Return the manifests that a rendered object was made from: its name may have been given more at either end."""
    same = [each for each in written if each.kind == made.kind and each.name]
    longest = max((len(each.name) for each in same if each.name in made.name), default=0)
    return tuple(each for each in same if each.name in made.name and len(each.name) == longest)


def _leaves(top: Path, chart: Path) -> bool:
    """Say whether a link in a chart leads out of the scanned folder: Helm would follow it."""
    for here, folders, names in os.walk(chart):
        for name in (*folders, *names):
            path = Path(here) / name
            if path.is_symlink() and folder.within(top, os.path.relpath(path, os.path.realpath(top))) is None:
                return True
    return False


def _sources(data: bytes) -> dict[int, str]:
    """Return the template of each object that Helm rendered, by the line at which the object begins."""
    found: dict[int, str] = {}
    source = ""
    awaited = False
    for number, line in enumerate(data.decode(errors="replace").splitlines(), 1):
        if line.startswith("# Source: "):
            source = line[10:].strip()
        elif line.startswith("---"):
            awaited = True
        elif awaited and line and not line.startswith("#"):
            found[number] = source
            awaited = False
    return found


def _template_lines(chart: Path, template: str, told: str) -> Lines:
    """Return all lines of a template: which of them made what, only Helm knows."""
    data = folder.content(chart, template)
    return Lines(told, 1, max(1, data.count(b"\n")) if isinstance(data, bytes) else 1)
