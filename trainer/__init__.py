"""BatCoder: reinforcement learning by back-translation, on code alone."""

import logging
import os

# Training asks no hub for anything; bitsandbytes would ask one for a kernel while it is imported.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
logging.getLogger("bitsandbytes").setLevel(logging.ERROR)  # it tells users what it did not get
