"""Training checkpoints that are whole: a mark is written last, and only marked ones are used.

A run that is killed while it saves leaves a folder without the mark; the one before is used.
"""

import json
import os
import re
import shutil
from pathlib import Path

_MARK = "complete.json"
_NAME = re.compile(r"checkpoint-(\d+)")
_PICKLED = "training_args.bin"  # nobody reads it, and it is a pickle


def mark_complete(folder: Path) -> None:
    """Note that a checkpoint is whole, once everything in it is on the disk."""
    (folder / _PICKLED).unlink(missing_ok=True)
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("rb") as stream:
                os.fsync(stream.fileno())
    write_json(folder / _MARK, {"step": step_of(folder)})


def last_complete(folder: Path) -> Path | None:
    """Find the newest whole checkpoint, and remove what a killed run left half-written."""
    found = [f for f in folder.glob("checkpoint-*") if _NAME.fullmatch(f.name) and f.is_dir()]
    whole = [f for f in found if (f / _MARK).is_file()]
    for broken in set(found) - set(whole):
        shutil.rmtree(broken)
    return max(whole, key=step_of, default=None)


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
