"""PyTorch's GRU on the sizes of bench/engines.ts: forward, -IC, backward in float32.

Arguments: threads features hidden layers steps stocks. Each line on standard input runs one evaluation and answers
its milliseconds; the first line of output is the version.
"""

import sys
import time

import torch

threads, features, hidden, layers, steps, stocks = map(int, sys.argv[1:])
torch.set_num_threads(threads)
torch.manual_seed(1)
gru = torch.nn.GRU(features, hidden, layers, batch_first=True)
head = torch.nn.Linear(hidden, 1)
parameters = [*gru.parameters(), *head.parameters()]
inputs = torch.randn(stocks, steps, features)
labels = torch.randn(stocks)


def evaluate():
    for parameter in parameters:
        parameter.grad = None
    outputs, _ = gru(inputs)
    predictions = head(outputs[:, -1]).squeeze(-1)
    p = predictions - predictions.mean()
    y = labels - labels.mean()
    loss = -(p * y).sum() / (p.norm() * y.norm())
    loss.backward()


evaluate()
print(torch.__version__, flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    evaluate()
    print((time.perf_counter() - start) * 1e3, flush=True)
