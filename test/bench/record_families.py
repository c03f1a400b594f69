"""Records train steps of the families that the reference does not have, for the tests in `test/oracle`.

    python record_families.py [folder] [--preset-size]

Writes one folder for each case, in the format of the recorded reference models, to `test/fixtures/families` by default.
Everything is drawn from a fixed seed and computed in one thread. Beside the float32 numbers are their largest
differences to the same computation in float64, the noise within which another float32 computation is compared.
"""
import argparse
import json
import math
import os
import warnings

warnings.filterwarnings("ignore", message="Failed to initialize NumPy")

import torch  # noqa: E402

from tensor_file import write_tensors  # noqa: E402
from torch_families import FIRST_SYMBOL, PADDING, create_model  # noqa: E402
from torch_models import IGNORED, example_losses  # noqa: E402

BATCH = 4
STEPS = 3
FIRST_SEED = 9
PREFIX = "model.inner."
# A gradient that is smaller than this many times its noise has no sign that rounding does not decide.
NOISE_FACTOR = 8
# Weights that are half as large as those of a new model: with only a few channels a norm would amplify rounding.
WEIGHT_SCALE = 0.5

SUDOKU = {
    "family": "symbolEquivariant", "architecture": "symbol_equivariant.trm@SymbolEquivariantTRM", "mlp_t": True,
    "exploration": 0.1, "rate": 1e-3, "blank": 1 / 3,
    "small": {"side": 4, "vocabulary": 6, "width": 8, "expansion": 1.5, "multiple": 4},
    "preset": {"side": 9, "vocabulary": 11, "width": 32, "expansion": 2.34, "multiple": 32},
}
MAZE = {
    "family": "convolutional", "architecture": "convolutional.trm@ConvolutionalTRM", "mlp_t": False,
    "exploration": 0.5, "rate": 2e-3, "padding": True,
    "small": {"side": 6, "vocabulary": 7, "width": 8, "expansion": 1.5, "multiple": 4},
    "preset": {"side": 12, "vocabulary": 7, "width": 32, "expansion": 3, "multiple": 32},
}
NUMBERLINK = {
    "family": "symbolEquivariant", "architecture": "symbol_equivariant.trm@SymbolEquivariantTRM", "mlp_t": False,
    "exploration": 0.5, "rate": 2e-3, "blank": 2 / 3, "padding": True,
    "small": {"side": 5, "vocabulary": 5, "width": 8, "expansion": 1.5, "multiple": 4},
    "preset": {"side": 7, "vocabulary": 11, "width": 32, "expansion": 3, "multiple": 32},
}
# The preset always explores: no example would then halt in its first step. In the small model, a norm of 0.6 clips some of the
# gradients.
NONOGRAM = {
    "family": "axial", "architecture": "axial.trm@AxialTRM", "mlp_t": False,
    "exploration": 0.1, "rate": 2e-3, "padding": True,
    "small": {"side": 6, "vocabulary": 7, "width": 8, "expansion": 1.5, "multiple": 4, "max_gradient_norm": 0.6},
    "preset": {"side": 12, "vocabulary": 12, "width": 48, "expansion": 3, "multiple": 16, "max_gradient_norm": 1},
}
# Exploration is drawn once for each example, of up to three steps: with two, the second step would be the last one whatever is drawn.
# Less exploration and more starts from a previous state than in the preset, so that in three steps there are examples of each.
QUEENS = {
    "family": "lineSum", "architecture": "line_sum.trm@LineSumTRM", "mlp_t": False,
    "exploration": 0.3, "halt_exploration": "perExample", "halt_max_steps": 3, "start_from_previous": 0.8,
    "rate": 2e-3, "blank": 1 / 2, "padding": True,
    "small": {"side": 6, "vocabulary": 4, "width": 8, "expansion": 1.5, "multiple": 4},
    "preset": {"side": 10, "vocabulary": 4, "width": 48, "expansion": 3, "multiple": 16, "max_gradient_norm": 1},
}
# H and L cycles of the three steps.
CASES = {
    "symbol_equivariant_h2_l3": (SUDOKU, [(2, 3)] * 3),
    "symbol_equivariant_curriculum": (SUDOKU, [(1, 1), (1, 3), (2, 3)]),
    "convolutional_h1_l3": (MAZE, [(1, 3)] * 3),
    "convolutional_curriculum": (MAZE, [(1, 1), (1, 3), (2, 3)]),
    "symbol_equivariant_convolutional_h1_l3": (NUMBERLINK, [(1, 3)] * 3),
    "symbol_equivariant_convolutional_curriculum": (NUMBERLINK, [(1, 1), (1, 3), (2, 3)]),
    "axial_h1_l3": (NONOGRAM, [(1, 3)] * 3),
    "axial_curriculum": (NONOGRAM, [(1, 1), (1, 3), (2, 3)]),
    "line_sum_h1_l3": (QUEENS, [(1, 3)] * 3),
    "line_sum_curriculum": (QUEENS, [(1, 1), (1, 3), (2, 3)]),
}
# The optimiser and schedule of the presets, shortened so that the three steps have warm-up and cosine.
TRAIN = {
    "optimiser": "adamW", "beta1": 0.9, "beta2": 0.95, "weight_decay": 0.1, "lr_min_ratio": 0.02,
    "lr_warmup_steps": 2, "lr_total_steps": 4, "ema": True, "ema_rate": 0.999, "ema_warmup": True,
    "puzzle_emb_lr": 0, "puzzle_emb_weight_decay": 0,
}
ADAMW_EPSILON = 1e-8


def train_settings(task, sizes):
    """The settings of the updates: those of every case, the learning rate of the task, and clipping where the sizes name it."""
    clipping = {name: value for name, value in sizes.items() if name == "max_gradient_norm"}
    return TRAIN | clipping | {"lr": task["rate"]}


def learning_rate(step, train):
    """Linear warm-up, then a cosine from `lr` down to the smallest ratio; steps count from 1."""
    rate, warmup, total, least = (
        train[name] for name in ("lr", "lr_warmup_steps", "lr_total_steps", "lr_min_ratio"))
    if step < warmup:
        return rate * step / warmup
    return rate * (least + (1 - least) * (1 + math.cos(math.pi * (step - warmup) / (total - warmup))) / 2)


def draw_batch(generator, task, sizes, first_small=2):
    """Random tokens and labels [B, S]: a share of the clues is blank, or two of the examples are on smaller grids.

    @param first_small: the first example on a smaller grid; the other is the one after it
    """
    side = sizes["side"]
    blank = task.get("blank", 0)
    first = FIRST_SYMBOL if blank else 1
    tokens, labels = (
        torch.randint(first, sizes["vocabulary"], (BATCH, side, side), generator=generator) for _ in range(2))
    chance = torch.rand(BATCH, side, side, generator=generator)
    tokens[chance < blank] = 1
    labels[chance > 4 / 5] = IGNORED
    small = (first_small, (first_small + 1) % BATCH)
    for example, smaller in zip(small, (side - 1, side - 2)) if task.get("padding") else ():
        for grid, outside in ((tokens, PADDING), (labels, IGNORED)):
            grid[example, smaller:] = outside
            grid[example, :, smaller:] = outside
    return tokens.flatten(1), labels.flatten(1)


class Run:
    """Three train steps in one precision. Draws and batches are the same in every precision."""

    def __init__(self, config, weights, rows, train, dtype):
        self.config, self.train, self.dtype = config, train, dtype
        self.weights = {name: w.detach().to(dtype).clone() for name, w in weights.items()}
        self.model = create_model(config, dtype, self.weights)
        self.optimiser = torch.optim.AdamW(
            self.weights.values(), lr=train["lr"], betas=(train["beta1"], train["beta2"]), eps=ADAMW_EPSILON,
            weight_decay=train["weight_decay"])
        self.average = {name: w.detach().clone() for name, w in self.weights.items()}
        self.first = tuple(self.model.start(row.to(dtype), BATCH) for row in rows)
        self.carry = self.first
        self.tokens = self.labels = torch.zeros(BATCH, config["seqLen"], dtype=torch.int64)
        self.halted = torch.ones(BATCH, dtype=torch.bool)
        self.steps = torch.zeros(BATCH, dtype=torch.int32)
        self.minimum = torch.zeros(BATCH, dtype=torch.int32)
        self.updates = 0

    def forward(self, cycles, tokens, labels, from_previous=None):
        """Replaces the examples that halted. @returns logits and halting logits

        @param from_previous: [B], whether a new example starts from the last state of the one before it
        """
        fresh = self.halted
        self.tokens = torch.where(fresh[:, None], tokens, self.tokens)
        self.labels = torch.where(fresh[:, None], labels, self.labels)
        shape = [1] * self.first[0].dim()
        shape[self.model.example_axis] = BATCH
        resets = fresh if from_previous is None or self.updates == 0 else fresh & ~from_previous
        start = (torch.where(resets.view(shape), row, state) for row, state in zip(self.first, self.carry))
        self.model.config = self.config | {"hCycles": cycles[0], "lCycles": cycles[1]}
        self.carry, logits, q = self.model.step(self.tokens, None, *start)
        return logits, q

    def step(self, cycles, batch, draws):
        """One train step up to the gradients. @returns what it computes, and its losses summed over the examples"""
        logits, q = self.forward(cycles, *batch, draws.get("starts_from_previous"))
        labels = torch.where(self.labels < 0, IGNORED, self.labels - self.model.first_token)
        cells, halting = example_losses(logits, labels, q)
        total = cells.sum() + 0.5 * halting.sum()
        (total / BATCH).backward()
        self.halt(q, draws["uniform"], draws["min_halt_steps"])
        values = {"logits": logits, "q_halt_logits": q[:, 0], "q_continue_logits": q[:, 1], **self.states(),
                  "halted": self.halted.byte(), "steps": self.steps}
        return values, {"metrics": {"lm_loss": cells.sum().item(), "q_halt_loss": halting.sum().item()},
                        "total_loss": total.item()}

    def halt(self, q, uniform, minimum):
        """An example halts after its last step, or when the halting logit says so, unless exploration forbids it."""
        self.steps = torch.where(self.halted, 1, self.steps + 1).int()
        drawn = torch.where(uniform < self.config["haltExplorationProb"], minimum, 0)
        is_drawn = self.halted | (self.config["haltExploration"] == "perStep")
        self.minimum = torch.where(is_drawn, drawn, self.minimum)
        self.halted = (self.steps >= self.config["haltMaxSteps"]) | ((q[:, 0] > 0) & (self.steps >= self.minimum))

    def update(self):
        """One update from the gradients. @returns their norm before it is clipped"""
        self.updates += 1
        norm = torch.nn.utils.clip_grad_norm_(
            self.weights.values(), self.train.get("max_gradient_norm", math.inf))
        self.optimiser.param_groups[0]["lr"] = learning_rate(self.updates, self.train)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        keep = min(self.train["ema_rate"], (1 + self.updates) / (10 + self.updates))
        for name, w in self.weights.items():
            self.average[name] = keep * self.average[name] + (1 - keep) * w.detach()
        return norm.item()

    def moment(self, name):
        return {key: self.optimiser.state[w][name] for key, w in self.weights.items()}

    def states(self):
        """[B, S, K·D] both, examples first."""
        return {name: state.detach().movedim(self.model.example_axis, 0).reshape(BATCH, self.config["seqLen"], -1)
                for name, state in zip(("z_H", "z_L"), self.carry)}


def difference(a, b):
    return (a.double() - b.double()).abs().max().item()


def resolve_signs(single, double):
    """The first update follows the sign of each gradient: where rounding decides it, float64 takes that of float32."""
    for name, w in double.weights.items():
        gradient = single.weights[name].grad.double()
        noise = (w.grad - gradient).abs().max()
        w.grad = torch.where(gradient.abs() <= NOISE_FACTOR * noise, gradient, w.grad)


def describe_model(task, sizes, cycles):
    h_cycles, l_cycles = cycles[-1]
    return {"family": task["family"], "seqLen": sizes["side"]**2, "vocabSize": sizes["vocabulary"],
            "hiddenSize": sizes["width"], "numHeads": 4, "expansion": sizes["expansion"],
            "innerMultiple": sizes["multiple"], "lLayers": 2, "hCycles": h_cycles, "lCycles": l_cycles,
            "haltMaxSteps": task.get("halt_max_steps", 2), "haltExplorationProb": task["exploration"],
            "haltExploration": task.get("halt_exploration", "perStep"), "mlpT": task["mlp_t"],
            "posEncodings": "none", "puzzleEmbNdim": 0, "puzzleEmbLen": 0}


def draw_weights(config):
    """The weights by name, and the rows [2, D] that the states start from."""
    weights = create_model(config, torch.float32).weights
    scaled = {name: w.detach() * (WEIGHT_SCALE if "layers" in name else 1) for name, w in weights.items()}
    return scaled, torch.randn(2, config["hiddenSize"])


def vary_first_step(probe, weights, cycles, tokens, labels):
    """Changes labels and the bias of halting: the first example is answered right, and two of the four halt."""
    logits, q = probe.forward(cycles, tokens, labels)
    answers = logits[0].argmax(-1) + probe.model.first_token
    labels[0] = torch.where(labels[0] < 0, IGNORED, answers)
    weights["q_head.bias"][0] -= q[:, 0].detach().sort().values[1:3].mean()


class Recording:
    """What is written for a case: tensors by file, losses, and the differences between float32 and float64."""

    heads = ("logits", "q_halt_logits", "q_continue_logits", "z_H", "z_L")

    def __init__(self, config, weights, rows, train):
        self.single, self.double = (Run(config, weights, rows, train, dtype) for dtype in (torch.float32, torch.float64))
        self.start = {"H_init": rows[0], "L_init": rows[1]}
        self.files = {"params": weights | self.start}
        self.batches, self.steps, self.losses = {}, {}, []
        self.noise = {"train_steps": {name: [] for name in (*self.heads, "gradient_norm")}}

    def step(self, cycles, batch, draws):
        number = len(self.losses) + 1
        (own, loss), (exact, _) = (run.step(cycles, batch, draws) for run in (self.single, self.double))
        assert torch.equal(self.single.halted, self.double.halted)
        noise = {name: difference(own[name], exact[name]) for name in self.heads}
        if number == 1:
            self.compare("grads_step1", lambda run: {name: w.grad.clone() for name, w in run.weights.items()})
            resolve_signs(self.single, self.double)
        # The norm of the difference is the largest difference of the norms: one number alone may agree by chance.
        noise["gradient_norm"] = self.gradient_distance()
        for name, value in noise.items():
            self.noise["train_steps"][name].append(value)
        norm, _ = self.single.update(), self.double.update()
        self.losses.append(loss | {"gradient_norm": norm})
        tokens, labels = batch
        fields = {"inputs": tokens.int(), "labels": labels.int(), "puzzle_identifiers": torch.zeros(BATCH).int()}
        self.batches |= {f"b{number}.{name}": value for name, value in fields.items()}
        named = {f"draw.{name}": value.byte() if value.dtype == torch.bool else value for name, value in draws.items()}
        self.steps |= {f"step{number}.{name}": value for name, value in (own | named).items()}

    def gradient_distance(self):
        """Norm of the difference between the gradients in float32 and float64."""
        pairs = zip(self.single.weights.values(), self.double.weights.values())
        return math.sqrt(sum((a.grad.double() - b.grad).square().sum().item() for a, b in pairs))

    def compare(self, name, values):
        """Keeps the float32 values of each weight, and their differences to those in float64."""
        own, exact = values(self.single), values(self.double)
        self.files[name] = own
        self.noise[name] = {PREFIX + key: {"max_abs_diff": difference(own[key], exact[key])} for key in own}

    def finish(self):
        self.compare("params_after3", lambda run: run.weights)
        self.files["params_after3"] = self.files["params_after3"] | self.start
        self.compare("ema_after3", lambda run: run.average)
        self.compare("m_after3", lambda run: run.moment("exp_avg"))
        self.compare("v_after3", lambda run: run.moment("exp_avg_sq"))

    def write(self, folder, description):
        os.makedirs(folder, exist_ok=True)
        for name, values in self.files.items():
            named = {PREFIX + key: value for key, value in values.items()}
            write_tensors(os.path.join(folder, f"{name}.safetensors"), named)
        write_tensors(os.path.join(folder, "batches.safetensors"), self.batches)
        write_tensors(os.path.join(folder, "train_steps.safetensors"), self.steps)
        write_json(os.path.join(folder, "config.json"), description)
        order = [f"b{step}" for step, _ in enumerate(self.losses, start=1)]
        results = {"train_steps_batch_order": order, "train_steps": self.losses,
                   "numerical_noise_fp32_vs_fp64": self.noise}
        write_json(os.path.join(folder, "results.json"), results)


def draw_halting(generator, task, config):
    """The draws of a step, [B] each."""
    draws = {"uniform": torch.rand(BATCH, generator=generator),
             "min_halt_steps": torch.randint(2, config["haltMaxSteps"] + 1, (BATCH,), generator=generator).int()}
    if "start_from_previous" in task:
        draws["starts_from_previous"] = torch.rand(BATCH, generator=generator) < task["start_from_previous"]
    return draws


def record(folder, task, cycles, sizes, seed):
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    config = describe_model(task, sizes, cycles)
    weights, rows = draw_weights(config)
    # The smaller grids move from batch to batch: examples also start from the state of a grid of another size.
    shift = 1 if "start_from_previous" in task else 0
    batches = [draw_batch(generator, task, sizes, (2 + shift * step) % BATCH) for step in range(STEPS)]
    train = train_settings(task, sizes)
    vary_first_step(Run(config, weights, rows, train, torch.float32), weights, cycles[0], *batches[0])
    recording = Recording(config, weights, rows, train)
    for recursion, batch in zip(cycles, batches):
        recording.step(recursion, batch, draw_halting(generator, task, config))
    recording.finish()
    recording.write(folder, describe(task, config, train, cycles, seed))


def describe(task, config, train, cycles, seed):
    """What a test needs to repeat a case: the model in the reference's names, the data, the updates, and how it was drawn."""
    loss = {"name": "losses@ACTLossHead", "loss_type": "stablemax_cross_entropy"}
    arch = {
        "name": task["architecture"], "loss": loss,
        "halt_exploration_prob": config["haltExplorationProb"], "halt_max_steps": config["haltMaxSteps"],
        "H_cycles": config["hCycles"], "L_cycles": config["lCycles"], "H_layers": 0, "L_layers": config["lLayers"],
        "hidden_size": config["hiddenSize"], "num_heads": config["numHeads"], "expansion": config["expansion"],
        "puzzle_emb_ndim": 0, "puzzle_emb_len": 0, "pos_encodings": "none", "forward_dtype": "float32",
        "mlp_t": config["mlpT"], "no_ACT_continue": True, "inner_multiple": config["innerMultiple"]}
    if config["haltExploration"] == "perExample":
        arch["halt_exploration"] = "per_example"
    data = {"seq_len": config["seqLen"], "vocab_size": config["vocabSize"], "num_puzzle_identifiers": 1}
    stages = [{"steps": 1, "hCycles": h, "lCycles": l} for h, l in cycles[:-1]]
    return {"arch": arch, "data": data, "train": train | {"curriculum": stages}, "seed": seed,
            "torch_version": torch.__version__}


def write_json(path, value):
    with open(path, "w") as file:
        json.dump(value, file, indent=1)
        file.write("\n")


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", default=os.path.join(here, "../fixtures/families"))
    parser.add_argument("--preset-size", action="store_true", help="the sizes of the presets: about 10 MB")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for seed, (name, (task, cycles)) in enumerate(CASES.items(), start=FIRST_SEED):
        sizes = task["preset" if options.preset_size else "small"]
        record(os.path.join(options.folder, name), task, cycles, sizes, seed)
        print(name)


if __name__ == "__main__":
    main()
