"""Updates of the weights: AdamATan2 (arXiv 2407.05872), AdamW, the moving average of the weights, and SignSGD."""
import math

import torch


class AdamATan2:
    """Adam with atan2 instead of a division, and weight decay; the bias of the first moment is corrected outside."""

    def __init__(self, weights, rate, betas, decay):
        self.weights, self.rate, self.betas, self.decay = weights, rate, betas, decay
        self.m, self.v = ([torch.zeros_like(w) for w in weights] for _ in range(2))
        self.t = 0

    @torch.no_grad()
    def step(self):
        self.t += 1
        first, second = self.betas
        size, root = self.rate / (1 - first**self.t), 1 / math.sqrt(1 - second**self.t)
        for w, m, v in zip(self.weights, self.m, self.v):
            m.lerp_(w.grad, 1 - first)
            v.lerp_(w.grad.square(), 1 - second)
            w.mul_(1 - self.rate * self.decay).sub_(torch.atan2(m, v.sqrt().mul_(root)), alpha=size)

    def zero_grad(self, set_to_none=True):
        for w in self.weights:
            w.grad = None


def create_optimiser(weights, settings, rate):
    """`settings`: name, beta1, beta2, weightDecay, as in a run's configuration."""
    betas, decay = (settings["beta1"], settings["beta2"]), settings["weightDecay"]
    if settings["name"] == "adamAtan2":
        return AdamATan2(weights, rate, betas, decay)
    return torch.optim.AdamW(weights, lr=rate, betas=betas, eps=1e-8, weight_decay=decay, foreach=True)


class Average:
    """Exponential moving average of weights."""

    def __init__(self, weights):
        self.weights = weights
        self.values = [w.detach().clone() for w in weights]

    @torch.no_grad()
    def update(self, keep):
        for average, w in zip(self.values, self.weights):
            average.lerp_(w, 1 - keep)


@torch.no_grad()
def sign_sgd(puzzles, rate=1e-3, decay=0.1):
    """Updates the rows of the puzzle table that are in the batch, each once."""
    puzzles.mul_(1 - rate * decay).sub_(puzzles.grad.sign(), alpha=rate)
    puzzles.grad = None
