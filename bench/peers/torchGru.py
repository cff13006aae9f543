"""PyTorch's GRU on the sizes of bench/engine.ts: forward, -IC, backward in float32.

Arguments: device (cpu, cuda) mode (eager, compile) threads features hidden layers steps stocks. The first line of output
says the version and the device; each line on standard input then runs one evaluation and answers its milliseconds.
"""

import sys
import time

import torch

device, mode = sys.argv[1:3]
threads, features, hidden, layers, steps, stocks = map(int, sys.argv[3:])
torch.set_num_threads(threads)
torch.manual_seed(1)
# The figures of a float32 peer: no TensorFloat-32.
torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = torch.nn.GRU(features, hidden, layers, batch_first=True)
        self.head = torch.nn.Linear(hidden, 1)

    def forward(self, inputs, labels):
        outputs, _ = self.gru(inputs)
        predictions = self.head(outputs[:, -1]).squeeze(-1)
        p = predictions - predictions.mean()
        y = labels - labels.mean()
        return -(p * y).sum() / (p.norm() * y.norm())


model = Model().to(device)
inputs = torch.randn(stocks, steps, features, device=device)
labels = torch.randn(stocks, device=device)
loss_of = model
if mode == "compile":
    import torch._dynamo

    torch._dynamo.config.allow_rnn = True
    loss_of = torch.compile(model)


def evaluate():
    for parameter in model.parameters():
        parameter.grad = None
    loss_of(inputs, labels).backward()
    if device == "cuda":
        # What an optimizer on the host needs: every gradient there.
        torch.cat([parameter.grad.flatten() for parameter in model.parameters()]).cpu()


evaluate()
evaluate()
name = torch.cuda.get_device_name() if device == "cuda" else "CPU"
print(f"{torch.__version__} on {name}", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    evaluate()
    print((time.perf_counter() - start) * 1e3, flush=True)
