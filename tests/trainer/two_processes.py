"""What each process of test_processes.py runs: python two_processes.py CHECKPOINT FOLDER STEPS."""

import hashlib
import json
import os
import runpy
import sys
from pathlib import Path
from typing import Any

import torch

from batdoc.trainer import processes
from batdoc.trainer.checkpoints import last_complete
from batdoc.trainer.grpo import train_round_trip

HERE = runpy.run_path(str(Path(__file__).with_name("test_grpo.py")))


class Noting(HERE["ScriptedTrainer"]):  # type: ignore[misc]
    """Remembers the units and the advantages of its first step."""

    def collect(self, indices: Any) -> Any:
        self.units = getattr(self, "units", list(indices))
        return super().collect(indices)

    def _generate_and_score_completions(self, inputs: Any) -> Any:
        batch = super()._generate_and_score_completions(inputs)
        mask = (batch["completion_mask"] * batch["tool_mask"]).bool()
        mask &= ~torch.tensor([[slot.is_original] for slot in self._slots])
        self.whitened = getattr(self, "whitened", batch["advantages"][mask])
        return batch


def main(checkpoint: Path, folder: Path, steps: int) -> None:
    folder.mkdir(exist_ok=True)
    rank = int(os.environ["RANK"])
    (folder / f"{rank}.pid").write_text(str(os.getpid()))
    noted: list[Any] = []
    with processes.joined():
        with processes.first_alone():
            last = last_complete(folder)
        settings = HERE["config"](steps, updates=2).shared_by(processes.count())
        made = HERE["trainer"](checkpoint, folder, settings, Noting, noted)
        train_round_trip(made, last)
        values = made.whitened.double()
        sums = torch.stack([values.sum(), (values**2).sum(), torch.tensor(float(len(values)))])
        total, squares, count = made._add_up(sums).tolist()
    digest = hashlib.sha256()
    for value in made.model.state_dict().values():
        digest.update(value.numpy().tobytes())
    seen = {
        "world": made.accelerator.num_processes,
        "weights": digest.hexdigest(),
        "units": made.units,
        "metrics": noted,
        "whitened": [total / count, squares / count],
    }
    (folder / f"{rank}.json").write_text(json.dumps(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
