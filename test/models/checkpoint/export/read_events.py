"""Reads an event file with TensorBoard's reader: `read_events.py <file>` prints
{"tensorboard": ..., "scalars": {tag: [[wall_time, step, value], ...]}}."""
import json
import sys

import tensorboard
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator, SCALARS

events = EventAccumulator(sys.argv[1], size_guidance={SCALARS: 0})
events.Reload()
scalars = {tag: [[event.wall_time, event.step, event.value] for event in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
print(json.dumps({"tensorboard": tensorboard.__version__, "scalars": scalars}))
