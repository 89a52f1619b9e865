"""Training checkpoints that are whole: a mark is written last, and only marked ones are used.

A run that is killed while it saves leaves a folder without the mark; the one before is used. The
mark holds a checksum of each file, so that a checkpoint that was damaged later is none, either.
"""

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

STEPS_FOLDER = "steps"  # of a run, for those of reinforcement learning
_MARK = "complete.json"
_NAME = re.compile(r"checkpoint-(\d+)")
_BLOCK = 2**22  # bytes
_PICKLED = "training_args.bin"  # nobody reads it, and it is a pickle


def mark_complete(folder: Path) -> None:
    """Note that a checkpoint is whole, once everything in it is on the disk."""
    (folder / _PICKLED).unlink(missing_ok=True)
    files = [file for file in folder.rglob("*") if file.is_file()]
    sums = {file.relative_to(folder).as_posix(): _checksum(file, is_new=True) for file in files}
    write_json(folder / _MARK, {"step": step_of(folder), "files": sums})


def last_complete(folder: Path, tell: Callable[[str], None] = lambda _: None) -> Path | None:
    """Find the newest whole checkpoint, and remove those that are newer and are not.

    Args:
        folder: Holds the checkpoints.
        tell: Called with what is wrong with one that was whole once, in words.
    """
    found = [f for f in folder.glob("checkpoint-*") if _NAME.fullmatch(f.name) and f.is_dir()]
    for checkpoint in sorted(found, key=step_of, reverse=True):
        if (checkpoint / _MARK).is_file():
            if _is_intact(checkpoint):
                return checkpoint
            tell(f"{checkpoint} is damaged; going on from the one before it")
        shutil.rmtree(checkpoint)
    return None


def _is_intact(checkpoint: Path) -> bool:
    try:
        sums = json.loads((checkpoint / _MARK).read_text("utf-8")).get("files", {})
        return all(_checksum(checkpoint / name) == known for name, known in sums.items())
    except (OSError, ValueError, AttributeError):
        return False


def _checksum(file: Path, is_new: bool = False) -> int:
    """Add a file up; a new one is on the disk afterwards."""
    checksum = 0
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            checksum = crc32(block, checksum)
        if is_new:
            os.fsync(stream.fileno())
    return checksum


def step_of(folder: Path) -> int:
    """Tell after which step a checkpoint was saved."""
    match = _NAME.fullmatch(folder.name)
    return int(match.group(1)) if match else 0


def write_json(path: Path, content: object) -> None:
    """Write a JSON file in one step: readers find the old one, the new one, or none."""
    write_text(path, json.dumps(content, indent=2) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a text file in one step."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
