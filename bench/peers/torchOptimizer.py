"""Milliseconds that PyTorch's AdamW, alone and inside a SAM step, takes beside its gradients.

Usage: torchOptimizer.py THREADS SIZE...  (sizes of the tensors; gradients are given, never computed)
Prints: version, AdamW ms, SAM ms (norm, perturbation, restore and AdamW). Medians of 200 steps.
"""

import statistics
import sys
import time

import torch

torch.set_num_threads(int(sys.argv[1]))
parameters = [torch.nn.Parameter(torch.randn(int(size))) for size in sys.argv[2:]]
for parameter in parameters:
    parameter.grad = torch.randn_like(parameter)
adamw = torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.01)


@torch.no_grad()
def sam_step():
    norm = torch.norm(torch.stack([p.grad.norm(p=2) for p in parameters]), p=2)
    scale = 0.05 / (norm + 1e-12)
    kept = [p.data.clone() for p in parameters]
    for p in parameters:
        p.add_(p.grad * scale)
    for p, old in zip(parameters, kept):
        p.data = old
    adamw.step()


def median(step):
    times = []
    for _ in range(200):
        start = time.perf_counter()
        step()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times[20:])


print(torch.__version__, median(adamw.step), median(sam_step))
