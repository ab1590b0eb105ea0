"""Disks, mounted file systems and swap: what is stored where, and whether it is encrypted on this host."""

import json
from typing import Any

from msgspec import Struct

from phiward.collectors.host.frames import Answer
from phiward.collectors.host.platform import container, virtual
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.model import Maybe, Unknown

NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "glusterfs", "fuse.sshfs", "fuse.glusterfs", "9p"})
DISK = frozenset(
    {
        "ext2",
        "ext3",
        "ext4",
        "xfs",
        "btrfs",
        "zfs",
        "f2fs",
        "jfs",
        "reiserfs",
        "vfat",
        "exfat",
        "ntfs",
        "ntfs3",
        "bcachefs",
    }
    | {"fuseblk", "ecryptfs", "overlay", "virtiofs", "ocfs2", "gfs2"}
)
START = ("/boot", "/efi", "/boot/efi")
"""Where the system starts from: a kernel and a loader, which the firmware must be able to read."""
DEEPEST = 32


class Mount(Struct, frozen=True, kw_only=True):
    """One mounted file system."""

    target: str
    source: str
    kind: str
    options: tuple[str, ...]
    device: str | None = None
    """`MAJOR:MINOR` of its device."""


class Disk(Struct, frozen=True, kw_only=True):
    """One block device: its way down to the hardware, in all the ways there are."""

    names: frozenset[str]
    """The kernel's name for it and the one people use: `dm-0`, `vg-root`."""
    device: str
    paths: tuple[tuple[str, ...], ...]
    """From the whole disk to itself, the kind of each step: `disk`, `part`, `crypt`, `lvm`, `raid1`."""
    luks: str | None = None
    """`luks1`, `luks2`, where a step of it is a LUKS container."""

    @property
    def encrypted(self) -> bool:
        """Say whether every way down passes through dm-crypt."""
        return bool(self.paths) and all("crypt" in path for path in self.paths)


def disks(answer: Answer) -> Maybe[dict[str, Disk]]:
    """Return the block devices by `MAJOR:MINOR`, from `lsblk --json`."""
    text = answer.text("disks/blocks")
    if text is None:
        return Unknown("lsblk is not installed: nothing else says what a device stands on")
    if isinstance(text, Unknown):
        return text
    tree = _json(text, "blockdevices")
    if isinstance(tree, Unknown):
        return tree
    found: dict[str, Disk] = {}
    stack: list[tuple[Any, tuple[str, ...], str | None]] = [(node, (), None) for node in tree]
    while stack:
        node, above, luks = stack.pop()
        if not isinstance(node, dict) or len(above) > DEEPEST:
            return Unknown("lsblk gave an answer of another shape")
        kind, device = node.get("type"), node.get("maj:min")
        if not isinstance(kind, str) or not isinstance(device, str):
            return Unknown("lsblk gave an answer of another shape")
        path = (*above, kind)
        if node.get("fstype") == "crypto_LUKS":
            luks = f"luks{node.get('fsver') or ''}"
        names = frozenset(str(node[key]) for key in ("kname", "name") if node.get(key))
        known = found.get(device)
        paths = tuple(sorted({*(known.paths if known else ()), path}))
        found[device] = Disk(names=names, device=device, paths=paths, luks=luks if "crypt" in path else None)
        children = node.get("children") or []
        if not isinstance(children, list):
            return Unknown("lsblk gave an answer of another shape")
        stack.extend((child, path, luks) for child in children)
    return found


def mounts(answer: Answer) -> Maybe[tuple[Mount, ...]]:
    """Return the mounted file systems, from `findmnt --json` or `/proc/self/mounts`; the last on a path counts."""
    text = answer.text("disks/mounts")
    if isinstance(text, str):
        rows = _json(text, "filesystems")
        if isinstance(rows, Unknown):
            return rows
        found = {}
        for row in rows:
            if not isinstance(row, dict) or not all(isinstance(row.get(k), str) for k in ("target", "fstype")):
                return Unknown("findmnt gave an answer of another shape")
            found[row["target"]] = Mount(
                target=row["target"],
                source=str(row.get("source") or ""),
                kind=row["fstype"],
                options=tuple(str(row.get("options") or "").split(",")),
                device=str(row["maj:min"]).strip() if row.get("maj:min") else None,
            )
        return tuple(found[target] for target in sorted(found))
    proc = answer.text("disks/proc-mounts")
    if not isinstance(proc, str):
        return proc if isinstance(proc, Unknown) else Unknown("neither findmnt nor /proc/self/mounts is there")
    lines = [line.split(" ") for line in proc.split("\n") if line.count(" ") == 3]
    seen = {
        unescape(w[1]): Mount(target=unescape(w[1]), source=unescape(w[0]), kind=w[2], options=tuple(w[3].split(",")))
        for w in lines
    }
    return tuple(seen[target] for target in sorted(seen))


def unescape(word: str) -> str:
    r"""Undo the kernel's writing of blanks in paths (`\040`)."""
    for code, char in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        word = word.replace(code, char)
    return word


def holds_data(mount: Mount) -> bool:
    """Say whether a file system keeps what people write: not the kernel's, not in memory, not read-only images."""
    if mount.kind not in DISK | NETWORK or mount.target in START:
        return False
    return not (mount.target.startswith(("/snap/", "/proc/", "/sys/", "/dev/")) or mount.kind == "squashfs")


class Encryption(Struct, frozen=True, kw_only=True):
    """Whether a place is encrypted, and how, as far as this host can see."""

    here: Maybe[bool]
    """This host encrypts it."""
    algorithm: Maybe[str | None]


def encryption(mount: Mount, blocks: Maybe[dict[str, Disk]], zfs: dict[str, str]) -> Encryption:
    """Judge one mounted file system."""
    if mount.kind in NETWORK | {"virtiofs"}:
        elsewhere = Unknown(f"{mount.kind}: what it holds is stored by another host; look there")
        return Encryption(here=elsewhere, algorithm=elsewhere)
    if mount.kind == "ecryptfs":
        return Encryption(here=True, algorithm="ecryptfs")
    if mount.kind == "zfs":
        how = zfs.get(mount.source)
        if how is None:
            unseen = Unknown("zfs did not say whether this dataset is encrypted")
            return Encryption(here=unseen, algorithm=unseen)
        if how != "off":
            return Encryption(here=True, algorithm=f"zfs {how}")
        return Encryption(here=False, algorithm=None)
    if mount.kind == "overlay":
        layers = Unknown("an overlay: its layers lie on the storage of the container's host")
        return Encryption(here=layers, algorithm=layers)
    if isinstance(blocks, Unknown):
        return Encryption(here=blocks, algorithm=blocks)
    disk = blocks.get(mount.device or "") or _by_name(blocks, mount.source)
    if disk is None:
        unseen = Unknown(f"{mount.source} is not among the block devices this host shows")
        return Encryption(here=unseen, algorithm=unseen)
    return Encryption(here=disk.encrypted, algorithm=(disk.luks or "dm-crypt") if disk.encrypted else None)


def _by_name(blocks: dict[str, Disk], source: str) -> Disk | None:
    """Find a device by its path (`/dev/mapper/vg-root`, `/dev/sda1[/@home]`), where its number is of no device."""
    name = source.partition("[")[0].rpartition("/")[2]
    return next((disk for disk in blocks.values() if name in disk.names), None)


def zfs_datasets(answer: Answer) -> dict[str, str]:
    """Return dataset to the value of its `encryption` property."""
    text = answer.text("disks/zfs")
    lines = text.split("\n") if isinstance(text, str) else []
    return {name: value for name, tab, value in (line.partition("\t") for line in lines) if tab}


def swap_encrypted(
    answer: Answer, blocks: Maybe[dict[str, Disk]], mounted: Maybe[tuple[Mount, ...]]
) -> Maybe[bool | None]:
    """Say whether all swap is encrypted; `None` where there is none, or only compressed memory (zram)."""
    text = answer.text("disks/swaps")
    if text is None:
        return None  # the kernel knows no swap
    if isinstance(text, Unknown):
        return text
    answers: list[Maybe[bool]] = []
    for line in text.split("\n")[1:]:
        words = line.split()
        if len(words) != 5 or words[0].startswith("/dev/zram"):
            continue
        if words[1] == "file":
            answers.append(_beneath(unescape(words[0]), blocks, mounted))
        elif isinstance(blocks, Unknown):
            answers.append(blocks)
        else:
            disk = _by_name(blocks, words[0])
            answers.append(disk.encrypted if disk else Unknown(f"{words[0]} is not among the block devices shown"))
    return every(answers)


def _beneath(path: str, blocks: Maybe[dict[str, Disk]], mounted: Maybe[tuple[Mount, ...]]) -> Maybe[bool]:
    """Judge the file system a file lies on."""
    if isinstance(mounted, Unknown):
        return mounted
    fits = [m for m in mounted if path.startswith(m.target.rstrip("/") + "/")]
    if not fits:
        return Unknown(f"{path} lies on no mounted file system that was seen")
    return encryption(max(fits, key=lambda m: len(m.target)), blocks, {}).here


def every(answers: list[Maybe[bool]]) -> Maybe[bool | None]:
    """Return whether all hold: false where one does not, unknown where one is; `None` of nothing."""
    if not answers:
        return None
    if False in answers:
        return False
    return next((answer for answer in answers if isinstance(answer, Unknown)), True)


class Place(Struct, frozen=True, kw_only=True):
    """A mounted file system with the answer about it."""

    mount: Mount
    here: Maybe[bool]
    """This host encrypts it."""
    algorithm: Maybe[str | None]
    enabled: Maybe[bool]
    """It is encrypted, as far as can be seen: in a guest, the layer beneath is out of sight."""


def places(answer: Answer, blocks: Maybe[dict[str, Disk]], mounted: Maybe[tuple[Mount, ...]]) -> Maybe[list[Place]]:
    """Return the file systems that hold data, each once, with what is known of their encryption."""
    if isinstance(mounted, Unknown):
        return mounted
    zfs = zfs_datasets(answer)
    found = []
    for mount in mounted:
        if holds_data(mount):
            how = encryption(mount, blocks, zfs)
            found.append(Place(mount=mount, here=how.here, algorithm=how.algorithm, enabled=beneath(how.here, answer)))
    return found


def beneath(here: Maybe[bool | None], answer: Answer) -> Maybe[bool]:
    """Doubt a *no* in a guest: what its virtual disk is stored on cannot be seen from within."""
    if here is not False:
        return True if here is None else here
    if container(answer) is True:
        return Unknown("not encrypted in this container; the storage of its host cannot be seen from here")
    guest = virtual(answer)
    if guest is True:
        return Unknown(
            "not encrypted by this virtual machine; whether its disk is encrypted beneath cannot be seen here"
        )
    return guest if isinstance(guest, Unknown) else False


def whole(found: Maybe[list[Place]], swap: Maybe[bool]) -> EncryptionAtRest:
    """Return the encryption of a whole host: every file system that holds data, and swap."""
    if isinstance(found, Unknown):
        return EncryptionAtRest(enabled=found, algorithm=found, key_owner=found, key=None)
    if not found:
        nothing = Unknown("no file system that holds data was seen")
        return EncryptionAtRest(enabled=nothing, algorithm=nothing, key_owner=nothing, key=None)
    enabled = every([*(place.enabled for place in found), swap])
    algorithms = {place.algorithm for place in found if isinstance(place.algorithm, str)}
    unseen = next((place.algorithm for place in found if isinstance(place.algorithm, Unknown)), None)
    owner: Maybe[str | None] = "customer" if enabled is True else None if enabled is False else enabled
    return EncryptionAtRest(
        enabled=True if enabled is None else enabled,
        algorithm=unseen or ", ".join(sorted(algorithms)) or (enabled if isinstance(enabled, Unknown) else None),
        key_owner=owner,  # type: ignore[arg-type] # one of the words
    )


TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - places that are looked at, not written to


def temporary_without_noexec(mounted: Maybe[tuple[Mount, ...]]) -> Maybe[tuple[str, ...]]:
    """Return which places that everybody writes to let programs be run from them."""
    if isinstance(mounted, Unknown):
        return mounted
    safe = {mount.target for mount in mounted if "noexec" in mount.options}
    return tuple(sorted(set(TEMPORARY) - safe))


def _json(text: str, key: str) -> Maybe[list[Any]]:
    """Read a JSON answer and return the list under its key."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return Unknown(f"the answer with {key} is no JSON")
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, list) else Unknown(f"the answer has no list of {key}")
