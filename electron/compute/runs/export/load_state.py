"""Continues a run of TRM Puzzle Lab with the trainer of TinyRecursiveModels: weights, moments and step of the optimizer, averages (EMA).

  load_state.py <state file> [overrides of pretrain.py]        in the folder of that code; train.sh does this

`load_weights`, `load_moments` and `load_averages` also serve other trainers. A state file has dictionaries by the names of a compiled model:
model; ema_helper; optimizer, with exp_avg, exp_avg_sq and the number step; and the number step of the run. A file of weights alone, such as model.pt, is one, too.
"""
import inspect
import os
import sys

import torch

COMPILED = "_orig_mod."


def plain(name):
    """The name of a parameter in the model that was not compiled."""
    return name[len(COMPILED) :] if name.startswith(COMPILED) else name


def read_state(path):
    content = torch.load(path, map_location="cpu", **without_code())
    return content if "model" in content else {"model": content}


def without_code():
    """The option of torch.load that executes no code of the file. PyTorch before 1.13 does not have it, and 2.6 made it the default."""
    return {"weights_only": True} if "weights_only" in inspect.signature(torch.load).parameters else {}


def by_plain_name(named):
    return {plain(name): value for name, value in named}


def fitting(name, saved, target):
    """The saved values in the type and on the device of the target."""
    if name not in saved:
        raise ValueError(f"{name}: not in the state file")
    if saved[name].shape != target.shape:
        raise ValueError(f"{name}: expected {tuple(target.shape)}, found {tuple(saved[name].shape)}")
    return saved[name].to(dtype=target.dtype, device=target.device)


@torch.no_grad()
def load_weights(model, tensors):
    """Copies all parameters and saved buffers, H_init and L_init among them, in the types that the model computes in."""
    saved = by_plain_name(tensors.items())
    own = by_plain_name([*model.named_parameters(), *model.named_buffers()])
    unknown = sorted(saved.keys() - own.keys())
    if unknown:
        raise ValueError(f"{unknown[0]}: the model has no such tensor")
    for name in {plain(name) for name in model.state_dict()}:
        own[name].copy_(fitting(name, saved, own[name]))


def load_moments(model, optimizers, state):
    """Sets the moments and the step of every parameter that one of the optimizers updates. Does nothing for a state without moments."""
    if "optimizer" not in state:
        return
    first, second = (by_plain_name(state["optimizer"][key].items()) for key in ("exp_avg", "exp_avg_sq"))
    # An optimizer may have started before its run. Files of earlier versions do not count its steps.
    step = float(state["optimizer"].get("step", state["step"]))
    names = {parameter: plain(name) for name, parameter in model.named_parameters()}
    for optimizer in optimizers:
        updated = [parameter for group in optimizer.param_groups for parameter in group["params"] if parameter in names]
        for parameter in updated:
            name = names[parameter]
            optimizer.state[parameter] = {
                "step": torch.tensor(step, device=parameter.device),
                "exp_avg": fitting(name, first, parameter),
                "exp_avg_sq": fitting(name, second, parameter),
            }


def load_averages(shadow, state):
    """Replaces averages of weights by those of the state. Does nothing for a state without averages."""
    saved = by_plain_name(state.get("ema_helper", {}).items())
    for name, average in shadow.items() if saved else ():
        shadow[name] = fitting(plain(name), saved, average)


def continue_from(trainer, state):
    """Makes the trainer, the module pretrain, start from the state. Its step and its last step count on from that of the run."""
    create_model, init_train_state, register = trainer.create_model, trainer.init_train_state, trainer.EMAHelper.register

    def create_with_moments(*args, **options):
        model, optimizers, *rest = create_model(*args, **options)
        load_moments(model, optimizers, state)
        return (model, optimizers, *rest)

    def init_at_step(*args, **options):
        train_state = init_train_state(*args, **options)
        train_state.step += state.get("step", 0)
        train_state.total_steps += state.get("step", 0)
        return train_state

    def register_averages(helper, module):
        register(helper, module)
        load_averages(helper.shadow, state)

    # The trainer's own loader requires puzzle embeddings, and would keep the types of the file.
    trainer.load_checkpoint = lambda model, config: load_weights(model, state["model"])
    trainer.create_model, trainer.init_train_state = create_with_moments, init_at_step
    trainer.EMAHelper.register = register_averages


def main():
    path = sys.argv.pop(1)
    code = os.getcwd()
    sys.path.insert(0, code)
    import pretrain

    continue_from(pretrain, read_state(path))
    # Hydra looks for the folder beside the program that was started, which is this one.
    sys.argv[1:1] = ["--config-path", os.path.join(code, "config")]
    pretrain.launch()


if __name__ == "__main__":
    main()
