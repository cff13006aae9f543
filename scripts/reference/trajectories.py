"""Reference trajectories of every optimizer on small problems, all randomness written out.

    python3 scripts/reference/trajectories.py --out DIR      write one file per method into DIR
    python3 scripts/reference/trajectories.py --replay DIR   replay the files of DIR, print the worst deviation of each

The files have the format `sam-reference-v1` that `tests/reference/optimizers` replays; the ones this script makes lie in
`tests/fixtures/trajectories`:

    npm run test:reference

Python 3.10 or newer, its standard library only. Written from the formulas of the papers and of their published code,
independent of `src-main/optim` and `src-shared/domain/optimizer`: the two share no code and no structure, so that an
error of one shows as a difference. Whoever changes an optimizer changes this file from the formulas, not from the
TypeScript.

Weights, gradients and states are flat lists of floats, tensors concatenated in `param_order`, row-major. The gradient
and the Hessian-vector product are written by hand; each run of the script first compares both with central differences.

Problems: outputs = fc2(tanh(fc1(x))), mean over the mini-batch of the squared error (`mlp_mse`, one output) or of the
softmax cross-entropy (`mlp_ce`). `mlp_ce` serves where one output has nothing to say: SAF and MESA compare class
distributions, and a norm per tensor of LookSAM scales the rounding of a one-element tensor up to the size of a gradient.
"""

import argparse
import glob
import json
import math
import os
import random

FORMAT = 'sam-reference-v1'
PARAM_ORDER = ['fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias']


# --- vectors ---------------------------------------------------------------------------------------------------------


def dot(a, b):
    return math.fsum(x * y for x, y in zip(a, b))


def norm(a):
    return math.sqrt(dot(a, a))


def add(a, b, factor=1.0):
    """a + factor * b"""
    return [x + factor * y for x, y in zip(a, b)]


def scaled(a, factor):
    return [factor * x for x in a]


def mixed(share_a, a, share_b, b):
    return [share_a * x + share_b * y for x, y in zip(a, b)]


def orthogonal_part(a, b, eps=0.0):
    """What of `a` is orthogonal to `b`."""
    cosine = dot(a, b) / (norm(a) * norm(b) + eps)
    return add(a, b, -cosine * norm(a) / (norm(b) + eps))


def largest(scores, count):
    """0/1 list of the `count` largest scores. A choice that rounding could turn is no reference: it is refused."""
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    if 0 < count < len(scores):
        last, first_out = scores[order[count - 1]], scores[order[count]]
        if last - first_out <= 1e-9 * abs(last):
            raise ValueError(f'The {count}th and the next largest score are tied: {last}, {first_out}.')
    chosen = set(order[:count])
    return [1.0 if i in chosen else 0.0 for i in range(len(scores))]


# --- the net ---------------------------------------------------------------------------------------------------------


class Net:
    """A problem of the format: its net, loss, gradient and Hessian."""

    def __init__(self, problem):
        inputs, hidden, outputs = problem['input_dim'], problem['hidden_dim'], problem['output_dim']
        self.inputs, self.hidden, self.width = inputs, hidden, outputs
        self.classes = {'mlp_ce': True, 'mlp_mse': False}[problem['kind']]
        self.samples, self.labels = problem['X'], problem['Y']
        self.steps_per_epoch = len(problem['epoch_batches'][0])
        assert problem['param_order'] == PARAM_ORDER
        shapes = [(hidden, inputs), (hidden,), (outputs, hidden), (outputs,)]
        self.tensors = []  # (name, shape, from, to)
        size = 0
        for name, shape in zip(PARAM_ORDER, shapes):
            self.tensors.append((name, shape, size, size + math.prod(shape)))
            size += math.prod(shape)
        self.size = size
        self.initial = self.flat(problem['init'])

    def flat(self, named):
        values = []
        for name in PARAM_ORDER:
            for item in named[name]:
                values.extend(item if isinstance(item, list) else [item])
        return values

    def named(self, vector):
        result = {}
        for name, shape, start, end in self.tensors:
            part = vector[start:end]
            if len(shape) == 2:
                part = [part[i : i + shape[1]] for i in range(0, len(part), shape[1])]
            result[name] = part
        return result

    def _matrices(self, w):
        named = self.named(w)
        return [named[name] for name in PARAM_ORDER]

    def _forward(self, matrices, x):
        w1, b1, w2, b2 = matrices
        h = [math.tanh(dot(row, x) + b) for row, b in zip(w1, b1)]
        return h, [dot(row, h) + b for row, b in zip(w2, b2)]

    def outputs(self, w, rows):
        matrices = self._matrices(w)
        return [self._forward(matrices, self.samples[row])[1] for row in rows]

    def _sample_loss(self, out, row):
        """Loss of one sample and its slope in the outputs."""
        label = self.labels[row]
        if self.classes:
            p = softmax(out)
            return -math.log(p[label]), [value - (o == label) for o, value in enumerate(p)]
        error = out[0] - label
        return error * error, [2.0 * error]

    def sample_losses(self, w, rows):
        return [self._sample_loss(out, row)[0] for out, row in zip(self.outputs(w, rows), rows)]

    def gradient(self, w, rows, pull=None):
        """Mean loss over the rows and its gradient.

        `pull` (references, strength, T) adds the gradient of strength * T^2 * mean KL(softmax(ref/T) || softmax(out/T));
        the loss that is answered stays without it.
        """
        matrices = self._matrices(w)
        w2 = matrices[2]
        d_w1 = [[0.0] * self.inputs for _ in range(self.hidden)]
        d_b1 = [0.0] * self.hidden
        d_w2 = [[0.0] * self.hidden for _ in range(self.width)]
        d_b2 = [0.0] * self.width
        loss = 0.0
        for at, row in enumerate(rows):
            x = self.samples[row]
            h, out = self._forward(matrices, x)
            value, slope = self._sample_loss(out, row)
            loss += value / len(rows)
            if pull is not None:
                references, strength, temperature = pull
                now = softmax(scaled(out, 1 / temperature))
                past = softmax(scaled(references[at], 1 / temperature))
                slope = add(slope, add(now, past, -1.0), strength * temperature)
            slope = scaled(slope, 1 / len(rows))
            for o in range(self.width):
                d_b2[o] += slope[o]
                for j in range(self.hidden):
                    d_w2[o][j] += slope[o] * h[j]
            for j in range(self.hidden):
                d_h = sum(slope[o] * w2[o][j] for o in range(self.width))
                d_a = d_h * (1 - h[j] * h[j])
                d_b1[j] += d_a
                for k in range(self.inputs):
                    d_w1[j][k] += d_a * x[k]
        return loss, self.flat(dict(zip(PARAM_ORDER, [d_w1, d_b1, d_w2, d_b2])))

    def hessian_times(self, w, rows, v):
        """Exact H(w) v of the mean loss: Pearlmutter's R-operator, the derivative of every line of `gradient` along v."""
        matrices = self._matrices(w)
        w2 = matrices[2]
        v1, c1, v2, c2 = self._matrices(v)
        r_w1 = [[0.0] * self.inputs for _ in range(self.hidden)]
        r_b1 = [0.0] * self.hidden
        r_w2 = [[0.0] * self.hidden for _ in range(self.width)]
        r_b2 = [0.0] * self.width
        for row in rows:
            x = self.samples[row]
            h, out = self._forward(matrices, x)
            r_h = [(1 - h[j] * h[j]) * (dot(v1[j], x) + c1[j]) for j in range(self.hidden)]
            r_out = [dot(v2[o], h) + dot(w2[o], r_h) + c2[o] for o in range(self.width)]
            slope = self._sample_loss(out, row)[1]
            if self.classes:
                p = softmax(out)
                mean = dot(p, r_out)
                r_slope = [p[o] * (r_out[o] - mean) for o in range(self.width)]
            else:
                r_slope = scaled(r_out, 2.0)
            share = 1 / len(rows)
            slope, r_slope = scaled(slope, share), scaled(r_slope, share)
            for o in range(self.width):
                r_b2[o] += r_slope[o]
                for j in range(self.hidden):
                    r_w2[o][j] += r_slope[o] * h[j] + slope[o] * r_h[j]
            for j in range(self.hidden):
                d_h = sum(slope[o] * w2[o][j] for o in range(self.width))
                r_d_h = sum(r_slope[o] * w2[o][j] + slope[o] * v2[o][j] for o in range(self.width))
                r_d_a = r_d_h * (1 - h[j] * h[j]) - 2 * h[j] * r_h[j] * d_h
                r_b1[j] += r_d_a
                for k in range(self.inputs):
                    r_w1[j][k] += r_d_a * x[k]
        return self.flat(dict(zip(PARAM_ORDER, [r_w1, r_b1, r_w2, r_b2])))


def softmax(logits):
    most = max(logits)
    powers = [math.exp(value - most) for value in logits]
    total = math.fsum(powers)
    return [value / total for value in powers]


def check_derivatives(problem):
    """Compare gradient (with and without a pull) and Hessian with central differences; raise when one is wrong."""
    net = Net(problem)
    rows, step, draw = [0, 3, 7, 8], 1e-5, random.Random(5)
    w = net.initial
    references = [[draw.gauss(0, 1) for _ in range(net.width)] for _ in rows]
    strength, temperature = 0.7, 2.0

    def pulled_loss(at):
        total = net.gradient(at, rows)[0]
        for out, reference in zip(net.outputs(at, rows), references):
            now, past = softmax(scaled(out, 1 / temperature)), softmax(scaled(reference, 1 / temperature))
            divergence = sum(p * math.log(p / q) for p, q in zip(past, now))
            total += strength * temperature**2 * divergence / len(rows)
        return total

    v = [draw.gauss(0, 1) for _ in range(net.size)]
    slope = add(net.gradient(add(w, v, step), rows)[1], net.gradient(add(w, v, -step), rows)[1], -1.0)
    pairs = list(zip(net.hessian_times(w, rows, v), scaled(slope, 0.5 / step)))
    plain = net.gradient(w, rows)[1]
    pulled = net.gradient(w, rows, (references, strength, temperature))[1]
    for i in range(net.size):
        up, down = list(w), list(w)
        up[i] += step
        down[i] -= step
        pairs.append((plain[i], (net.gradient(up, rows)[0] - net.gradient(down, rows)[0]) / (2 * step)))
        pairs.append((pulled[i], (pulled_loss(up) - pulled_loss(down)) / (2 * step)))
    worst = max(abs(a - b) / (1 + abs(b)) for a, b in pairs)
    if not worst < 1e-7:
        raise AssertionError(f'{problem["kind"]}: derivatives are {worst} off.')


# --- base rules ------------------------------------------------------------------------------------------------------


class BaseRule:
    """Update rules with the semantics of PyTorch; `step` changes the weights in place."""

    def __init__(self, base, size):
        self.rule, self.kw, self.count = base['cls'], base['kw'], 0
        self.buffer = None
        self.first, self.second, self.most = [0.0] * size, [0.0] * size, [0.0] * size
        if self.rule == 'Adagrad':
            self.second = [float(self.kw.get('initial_accumulator_value', 0))] * size

    def step(self, w, gradient, lr):
        self.count += 1
        getattr(self, '_' + self.rule.lower())(w, gradient, lr)

    def _coupled(self, w, gradient):
        return add(gradient, w, self.kw.get('weight_decay', 0))

    def _sgd(self, w, gradient, lr):
        momentum, dampening = self.kw.get('momentum', 0), self.kw.get('dampening', 0)
        direction = gradient = self._coupled(w, gradient)
        if momentum:
            if self.buffer is None:
                self.buffer = list(gradient)
            else:
                self.buffer = mixed(momentum, self.buffer, 1 - dampening, gradient)
            direction = add(gradient, self.buffer, momentum) if self.kw.get('nesterov') else self.buffer
        w[:] = add(w, direction, -lr)

    def _adagrad(self, w, gradient, lr):
        gradient = self._coupled(w, gradient)
        rate = lr / (1 + (self.count - 1) * self.kw.get('lr_decay', 0))
        for i, g in enumerate(gradient):
            self.second[i] += g * g
            w[i] -= rate * g / (math.sqrt(self.second[i]) + self.kw['eps'])

    def _rmsprop(self, w, gradient, lr):
        gradient = self._coupled(w, gradient)
        alpha, momentum = self.kw['alpha'], self.kw.get('momentum', 0)
        if self.buffer is None:
            self.buffer = [0.0] * len(w)
        for i, g in enumerate(gradient):
            self.second[i] = alpha * self.second[i] + (1 - alpha) * g * g
            spread = self.second[i]
            if self.kw.get('centered'):
                self.first[i] = alpha * self.first[i] + (1 - alpha) * g
                spread -= self.first[i] ** 2
            ratio = g / (math.sqrt(spread) + self.kw['eps'])
            if momentum:
                self.buffer[i] = ratio = momentum * self.buffer[i] + ratio
            w[i] -= lr * ratio

    def _adam(self, w, gradient, lr):
        self._moments(w, self._coupled(w, gradient), lr)

    def _adamw(self, w, gradient, lr):
        w[:] = scaled(w, 1 - lr * self.kw['weight_decay'])
        self._moments(w, gradient, lr)

    def _moments(self, w, gradient, lr):
        beta1, beta2 = self.kw['betas']
        correction1, correction2 = 1 - beta1**self.count, 1 - beta2**self.count
        for i, g in enumerate(gradient):
            self.first[i] = beta1 * self.first[i] + (1 - beta1) * g
            self.second[i] = beta2 * self.second[i] + (1 - beta2) * g * g
            self.most[i] = max(self.most[i], self.second[i])
            second = self.most[i] if self.kw.get('amsgrad') else self.second[i]
            denominator = math.sqrt(second) / math.sqrt(correction2) + self.kw['eps']
            w[i] -= lr / correction1 * self.first[i] / denominator


# --- methods ---------------------------------------------------------------------------------------------------------
# A method makes, from the net and the run, a function of (w, step, descend): it reads the step's batch and draws, calls
# `descend` once with the final gradient (which changes w) and answers the loss of its first evaluation.


def perturbation(direction, rho, eps, scale=None):
    """rho * T^2 d / (||T d|| + eps); T = 1 without a scale."""
    if scale is None:
        return scaled(direction, rho / (norm(direction) + eps))
    stretched = [t * d for t, d in zip(scale, direction)]
    factor = rho / (norm(stretched) + eps)
    return [factor * t * d for t, d in zip(scale, stretched)]


def magnitudes(w, hyper):
    """The scale of the `adaptive` option most codes have: |w| for every tensor."""
    return [abs(x) for x in w] if hyper.get('adaptive') else None


def plain(net, run):
    def step(w, now, descend):
        loss, g = net.gradient(w, now['batch'])
        descend(g)
        return loss

    return step


def sam(net, run):
    hyper = run['hyper']

    def step(w, now, descend):
        loss, g = net.gradient(w, now['batch'])
        e = perturbation(g, hyper['rho'], hyper['eps'], magnitudes(w, hyper))
        descend(net.gradient(add(w, e), now['batch'])[1])
        return loss

    return step


def asam(net, run):
    """Authors' code: T = |w| + eta for tensors named weight, 1 for biases. davda54: T = |w| for every tensor."""
    hyper = run['hyper']
    official = hyper['variant'].startswith('official')

    def scale(w):
        t = []
        for name, _, start, end in net.tensors:
            if official and 'weight' not in name:
                t += [1.0] * (end - start)
            else:
                t += [abs(x) + hyper['eta'] for x in w[start:end]]
        return t

    def step(w, now, descend):
        loss, g = net.gradient(w, now['batch'])
        e = perturbation(g, hyper['rho'], hyper['eps'], scale(w))
        descend(net.gradient(add(w, e), now['batch'])[1])
        return loss

    return step


def gsam(net, run):
    """PyTorch port: the clean gradient loses its part orthogonal to the perturbed one, alpha times."""
    hyper = run['hyper']
    eps = hyper['eps']

    def step(w, now, descend):
        loss, g = net.gradient(w, now['batch'])
        e = perturbation(g, now['rho_t'], eps, magnitudes(w, hyper))
        perturbed = net.gradient(add(w, e), now['batch'])[1]
        descend(add(perturbed, orthogonal_part(g, perturbed, eps), -hyper['alpha']))
        return loss

    return step


def gsam_big_vision(net, run):
    """Algorithm 1 of the paper and the JAX code: adaptive has one factor |w| and the norm of g; minimize_fp False descends
    the clean gradient."""
    hyper = run['hyper']
    alpha = hyper['alpha']

    def step(w, now, descend):
        loss, g = net.gradient(w, now['batch'])
        e = perturbation(g, hyper['rho'], hyper['eps'])
        if hyper['adaptive']:
            e = [abs(x) * d for x, d in zip(w, e)]
        perturbed = net.gradient(add(w, e), now['batch'])[1]
        if hyper['minimize_fp']:
            descend(add(perturbed, orthogonal_part(g, perturbed), -alpha))
        else:
            descend(add(g, orthogonal_part(perturbed, g), alpha))
        return loss

    return step


def gam(net, run):
    """Accelerated GAM (Algorithm 2). Weight of g0: beta in the paper, 1 in the code."""
    hyper = run['hyper']
    eps = hyper['eps']

    def step(w, now, descend):
        batch = now['batch']
        loss, g0 = net.gradient(w, batch)
        scale = magnitudes(w, hyper)
        g1 = net.gradient(add(w, perturbation(g0, hyper['rho_prime'], eps, scale)), batch)[1]
        w2 = add(w, perturbation(add(g1, g0, -1.0), hyper['rho'], eps, scale))
        g2 = net.gradient(w2, batch)[1]
        w3 = add(w2, perturbation(g2, hyper['rho_prime'], eps, magnitudes(w2, hyper)))
        g3 = net.gradient(w3, batch)[1]
        h_plus = mixed(hyper['g1_weight'], g1, hyper['g3_weight'], g3)
        h_minus = mixed(hyper['g0_weight'], g0, hyper['g2_weight'], g2)
        descend(add(h_plus, orthogonal_part(h_minus, h_plus, eps), -hyper['gamma']))
        return loss

    return step


def gam_exact(net, run):
    """GAM, Algorithm 1, with exact Hessian-vector products."""
    hyper = run['hyper']
    rho, eps = hyper['rho'], hyper['eps']

    def step(w, now, descend):
        batch = now['batch']
        loss, g = net.gradient(w, batch)
        f = net.hessian_times(w, batch, scaled(g, 1 / norm(g)))
        adversarial = add(w, perturbation(f, rho, eps))
        there = net.gradient(adversarial, batch)[1]
        h = net.hessian_times(adversarial, batch, scaled(there, rho / (norm(there) + eps)))
        descend(add(g, h, hyper['alpha']))
        return loss

    return step


def fsam(net, run):
    """Friendly-SAM. Code: m starts as the first gradient and is subtracted before its update; paper: m starts as zero and
    is updated first."""
    hyper = run['hyper']
    sigma, keep = hyper['sigma'], hyper['lmbda']
    ema = None

    def step(w, now, descend):
        nonlocal ema
        loss, g = net.gradient(w, now['batch'])
        if hyper['variant'] == 'paper':
            ema = mixed(keep, [0.0] * net.size if ema is None else ema, 1 - keep, g)
            direction = add(g, ema, -sigma)
        elif ema is None:
            ema, direction = g, g
        else:
            direction = add(g, ema, -sigma)
            ema = mixed(keep, ema, 1 - keep, g)
        e = perturbation(direction, hyper['rho'], hyper['eps'], magnitudes(w, hyper))
        descend(net.gradient(add(w, e), now['batch'])[1])
        return loss

    return step


def looksam(net, run):
    """Every k-th step is SAM and stores g_v; the others re-use it. Variants: norms per tensor (rollovd), the first
    projection on the weights instead of the gradient (Leminhbinh). Only the latter guards the projection."""
    hyper = run['hyper']
    variant = hyper['variant']
    on_weights = 'WEIGHTS' in variant
    eps = hyper.get('eps', 1e-12)
    eps_gv = hyper.get('eps_gv', eps)
    parts = [(start, end) for _, _, start, end in net.tensors] if 'per-tensor' in variant else [(0, net.size)]
    g_v = None

    def step(w, now, descend):
        nonlocal g_v
        loss, g = net.gradient(w, now['batch'])
        if now['t'] % hyper['k'] == 0:
            e = perturbation(g, hyper['rho'], hyper.get('eps_perturb', eps))
            final = net.gradient(add(w, e), now['batch'])[1]
            onto = w if on_weights and g_v is None else g
            g_v = []
            for start, end in parts:
                g_v += orthogonal_part(final[start:end], onto[start:end], eps if on_weights else 0.0)
        else:
            final = []
            for start, end in parts:
                here, old = g[start:end], g_v[start:end]
                final += add(here, old, hyper['alpha'] * norm(here) / (norm(old) + eps_gv))
        descend(final)
        return loss

    return step


def esam(net, run):
    """Stochastic weight perturbation and sharpness-sensitive data selection.

    Perturbation of the code: a draw per tensor after the step, above beta drops it from the next step's; of the paper: a
    draw per coordinate for the step itself. Selection of the code: the samples strictly above the int(B*gamma)-th largest
    sharpness; of the paper: int(B*gamma) samples.
    """
    hyper = run['hyper']
    beta, gamma = hyper['beta'], hyper['gamma']
    per_tensor = not hyper.get('swp', 'code').startswith('paper')
    left_out = 1 if hyper['selection'].startswith('code') else 0
    kept = [1.0] * net.size

    def step(w, now, descend):
        nonlocal kept
        batch, draws = now['batch'], now['random_draws_after_step']
        if not per_tensor:
            kept = [float(draw <= beta) for draw in draws]
        loss, g = net.gradient(w, batch)
        selected = [k * d for k, d in zip(kept, g)]
        e = scaled(perturbation(selected, hyper['rho'], hyper['eps'], magnitudes(w, hyper)), 1 / beta)
        rows = batch
        if gamma < 0.99:
            sharpness = add(net.sample_losses(add(w, e), batch), net.sample_losses(w, batch), -1.0)
            count = int(len(batch) * gamma) - left_out
            rows = [row for row, chosen in zip(batch, largest(sharpness, count)) if chosen]
        descend(net.gradient(add(w, e), rows)[1])
        if per_tensor:
            kept = []
            for draw, (_, _, start, end) in zip(draws, net.tensors):
                kept += [float(draw <= beta)] * (end - start)
        return loss

    return step


def rst(net, run):
    """Randomised sharpness-aware training; gamma mixes the clean gradient in (G-RST)."""
    hyper = run['hyper']
    gamma = hyper['gamma']

    def step(w, now, descend):
        loss, g = net.gradient(w, now['batch'])
        if hyper['decisions'][now['t']]:
            e = perturbation(g, hyper['rho'], hyper['eps'])
            g = mixed(1 - gamma, g, gamma, net.gradient(add(w, e), now['batch'])[1])
        descend(g)
        return loss

    return step


def saf_mesa(net, run):
    """Pull towards the sample's own logits of `minus_epoch` epochs ago (SAF) or towards a weight average's (MESA)."""
    hyper = run['hyper']
    averaging = hyper['method'] == 'mesa'
    average = list(net.initial)
    recorded = {}

    def step(w, now, descend):
        nonlocal average
        batch, epoch = now['batch'], now['epoch']
        for row, logits in zip(batch, net.outputs(w, batch)):
            recorded[epoch, row] = logits
        pull = None
        if epoch > hyper['kl_start_epoch']:
            if averaging:
                references = net.outputs(average, batch)
            else:
                references = [recorded[epoch - hyper['minus_epoch'], row] for row in batch]
            pull = references, hyper['lam'], hyper['temperature']
        loss, g = net.gradient(w, batch, pull)
        descend(g)
        if averaging:
            average = mixed(hyper['ema_decay'], average, 1 - hyper['ema_decay'], w)
        return loss

    return step


def ssam(net, run):
    return (ssam_fisher if 'num_samples' in run['hyper'] else ssam_dynamic)(net, run)


def masked_sam(net, hyper, w, batch, mask):
    """First loss and both gradients of a SAM step whose perturbation is masked after it got its length."""
    loss, g = net.gradient(w, batch)
    e = [m * x for m, x in zip(mask, perturbation(g, hyper['rho'], hyper['eps']))]
    return loss, g, net.gradient(add(w, e), batch)[1]


def updates_mask(net, hyper, now):
    """The first batch of every `update_freq_epochs`-th epoch."""
    return now['t'] % net.steps_per_epoch == 0 and now['epoch'] % hyper['update_freq_epochs'] == 0


def ssam_fisher(net, run):
    """SSAM-F. With the quirk of the code the first sample's gradient has the perturbed batch gradient added."""
    hyper = run['hyper']
    mask = [0.0] * net.size

    def step(w, now, descend):
        nonlocal mask
        loss, _, final = masked_sam(net, hyper, w, now['batch'], mask)
        descend(final)
        if updates_mask(net, hyper, now):
            fisher = [0.0] * net.size
            for at, row in enumerate(now['fisher_sample_order'][: hyper['num_samples']]):
                g = net.gradient(w, [row])[1]
                if at == 0 and hyper.get('quirk'):
                    g = add(g, final)
                fisher = [f + x * x for f, x in zip(fisher, g)]
            mask = largest(fisher, int(net.size * (1 - hyper['sparsity'])))
        return loss

    return step


def ssam_dynamic(net, run):
    """SSAM-D: drops the flattest live elements, grows as many dead ones; the new mask acts from the next step."""
    hyper = run['hyper']
    n, s = net.size, hyper['sparsity']
    mask = largest(net.flat(run['init_random_scores']), n - math.ceil(n * s))

    def scores(strategy, w, g, now):
        if strategy == 'random':
            return net.flat(now['growth_scores'])
        return [abs(x) for x in (g if strategy == 'gradient' else w)]

    def step(w, now, descend):
        nonlocal mask
        loss, g, final = masked_sam(net, hyper, w, now['batch'], mask)
        if updates_mask(net, hyper, now):
            share = (now['epoch'] - hyper['T_start']) / (hyper['T_end'] - hyper['T_start'])
            rate = hyper['drop_rate'] * (1 + math.cos(math.pi * share)) / 2
            staying = [m * (x + 1e-7) for m, x in zip(mask, scores(hyper['drop_strategy'], w, g, now))]
            growing = [(1 - m) * (x + 1e-7) for m, x in zip(mask, scores(hyper['growth_strategy'], w, g, now))]
            kept = largest(staying, int(n * (1 - s) * (1 - rate)))
            mask = add(kept, largest(growing, int(min(n * (1 - s) * rate, n * s))))
        descend(final)
        return loss

    return step


def rwp(net, run):
    """Random weight perturbation: RWP, ARWP (eta > 0), and both mixed with a clean gradient (lmbda)."""
    hyper = run['hyper']
    sigma = hyper.get('std', hyper.get('sigma'))
    eta, lmbda = hyper['eta'], hyper.get('lmbda')
    squares = None

    def noise(w, normals):
        e = []
        for _, shape, start, end in net.tensors:
            row = shape[1] if len(shape) == 2 else end - start
            for at in range(start, end, row):
                std = sigma * (norm(w[at : at + row]) + (0.0 if len(shape) == 2 else 1e-16))
                part = scaled(normals[at : at + row], std)
                if squares is not None:
                    f = squares[at : at + row]
                    if len(shape) == 2:
                        f = [math.fsum(f)] * row
                    part = [x / math.sqrt(1 + eta * y) for x, y in zip(part, f)]
                e += part
        return e

    def step(w, now, descend):
        nonlocal squares
        e = noise(w, net.flat(now['standard_normals']))
        if lmbda is None:
            loss, final = net.gradient(add(w, e), now['batch'])
            noisy = final
        else:
            loss, clean = net.gradient(w, now['batch'])
            noisy = net.gradient(add(w, e), now['batch_perturbed'])[1]
            final = mixed(lmbda, noisy, 1 - lmbda, clean)
        old = [0.0] * net.size if squares is None else squares
        squares = [hyper['beta'] * f + x * x for f, x in zip(old, noisy)]
        descend(final)
        return loss

    return step


# Prefix of a file's method in lower case; the first that fits.
METHODS = [
    ('base', plain),
    ('sam', sam),
    ('asam', asam),
    ('gsam (big_vision', gsam_big_vision),
    ('gsam', gsam),
    ('gam algorithm 1', gam_exact),
    ('gam', gam),
    ('fsam', fsam),
    ('looksam', looksam),
    ('esam', esam),
    ('rst', rst),
    ('saf', saf_mesa),
    ('ssam', ssam),
    ('rwp', rwp),
]


def trajectory(method, problem, run, steps):
    """The run's steps with weights and losses, from its steps' batches, learning rates and draws."""
    net = Net(problem)
    make = next(make for prefix, make in METHODS if method.lower().startswith(prefix))
    step, base = make(net, run), BaseRule(run['base'], net.size)
    w = list(net.initial)
    result = []
    for now in steps:
        loss = step(w, now, lambda g: base.step(w, g, now['lr']))
        result.append({**now, 'params_after': net.named(w), 'loss_first_eval': loss})
    return result


def mean(vectors):
    return [math.fsum(column) / len(vectors) for column in zip(*vectors)]


def federated(problem, run, rounds):
    """FedSMOO: the rounds with the server's weights w and dual s, and every client's h and mu."""
    net = Net(problem)
    hyper = run['hyper']
    rho, lamb = hyper['rho'], hyper['lamb']
    w_server, s = list(run['init_vector']), [0.0] * net.size
    h = [[0.0] * net.size for _ in run['clients']]
    mu = [[0.0] * net.size for _ in run['clients']]
    result = []
    for now in rounds:
        lr, finals = now['lr'], []
        for client in now['selected']:
            w, rows = list(w_server), run['clients'][client]
            size = hyper['batchsize']
            for batch in [rows[i : i + size] for i in range(0, len(rows), size)] * hyper['local_epochs']:
                g = net.gradient(w, batch)[1]
                q = add(add(g, mu[client], -1.0), s, -1.0)
                e = perturbation(q, rho, 1e-7)
                mu[client] = add(mu[client], add(e, s, -1.0))
                final = net.gradient(add(w, e), batch)[1]
                final = add(final, add(h[client], w_server, -1.0), lamb)
                final = scaled(final, min(1.0, run['clip_grad_norm'] / (norm(final) + 1e-6)))
                w = add(w, add(final, w, hyper['weight_decay'] + lamb), -lr)
            h[client] = add(h[client], add(w, w_server, -1.0))
            finals.append(w)
        dual = mean([mu[client] for client in now['selected']])
        s = perturbation(dual, rho, 1e-7)
        w_server = add(mean(finals), mean(h))
        result.append(
            {**now, 'server_params': w_server, 'h': [list(x) for x in h], 'mu': [list(x) for x in mu], 's': s}
        )
    return result


# --- replay of files -------------------------------------------------------------------------------------------------


def deviation(a, b):
    if isinstance(b, dict):
        return max(deviation(a[key], b[key]) for key in b)
    if isinstance(b, list):
        return max(deviation(x, y) for x, y in zip(a, b, strict=True))
    return abs(a - b)


def replay(folder):
    for path in sorted(glob.glob(os.path.join(folder, '*.json'))):
        with open(path, encoding='utf-8') as file:
            content = json.load(file)
        if content.get('format') != FORMAT:
            continue
        worst, where = 0.0, ''
        for run in content['runs']:
            problem = content['problems'][run['problem']]
            if 'clients' in run:
                mine = federated(problem, run, run['steps'])
                keys = ['server_params', 'h', 'mu', 's']
            else:
                mine = trajectory(content['method'], problem, run, run['steps'])
                keys = ['params_after', 'loss_first_eval']
            for at, (a, b) in enumerate(zip(mine, run['steps'])):
                off = max(deviation(a[key], b[key]) for key in keys)
                if not off <= worst:
                    worst, where = off, f'{run["name"]}, step {at}'
        print(f'{os.path.basename(path)}: {len(content["runs"])} runs, worst {worst:.1e} ({where})')

# --- the files -------------------------------------------------------------------------------------------------------

EPOCHS = 3
LONG_EPOCHS = 5
MIXED_EPOCHS = 6  # two batches per step
BATCHES, BATCH, SAMPLES = 3, 4, 12

BASES = {
    'sgd': ('SGD', {'lr': 0.05, 'momentum': 0.9, 'weight_decay': 0.0005}),
    'nesterov': ('SGD', {'lr': 0.05, 'momentum': 0.9, 'nesterov': True, 'weight_decay': 0.001}),
    'adamw': ('AdamW', {'lr': 0.02, 'betas': [0.9, 0.999], 'eps': 1e-08, 'weight_decay': 0.01}),
    'adam': ('Adam', {'lr': 0.02, 'betas': [0.9, 0.99], 'eps': 1e-08, 'weight_decay': 0.01}),
    'rmsprop': ('RMSprop', {'lr': 0.01, 'alpha': 0.9, 'eps': 1e-08, 'momentum': 0.5, 'weight_decay': 0.001}),
    'adagrad': ('Adagrad', {'lr': 0.1, 'lr_decay': 0.05, 'eps': 1e-10, 'weight_decay': 0.001}),
}


def make_problem(kind, seed):
    draw = random.Random(seed)
    inputs, hidden, outputs = 3, 4, 4 if kind == 'mlp_ce' else 1

    def numbers(count, spread):
        return [round(draw.gauss(0, spread), 3) for _ in range(count)]

    samples = [numbers(inputs, 1.2) for _ in range(SAMPLES)]
    if kind == 'mlp_ce':
        labels = [i % outputs for i in range(SAMPLES)]
        draw.shuffle(labels)
    else:
        labels = [round(math.sin(2 * x[0]) + 0.5 * x[1] * x[2] + draw.gauss(0, 0.3), 3) for x in samples]
    epochs = []
    for _ in range(MIXED_EPOCHS):
        order = list(range(SAMPLES))
        draw.shuffle(order)
        epochs.append([sorted(order[i : i + BATCH]) for i in range(0, SAMPLES, BATCH)])
    output = 'logits' if kind == 'mlp_ce' else 'output'
    return {
        'kind': kind,
        'n_samples': SAMPLES,
        'input_dim': inputs,
        'hidden_dim': hidden,
        'output_dim': outputs,
        'param_order': PARAM_ORDER,
        'layout': 'fc1.weight is [hidden][input], fc2.weight is [output][hidden]: y = W x + b',
        'X': samples,
        'Y': labels,
        'init': {
            'fc1.weight': [numbers(inputs, 0.8) for _ in range(hidden)],
            'fc1.bias': numbers(hidden, 0.2),
            'fc2.weight': [numbers(hidden, 0.9) for _ in range(outputs)],
            'fc2.bias': numbers(outputs, 0.2),
        },
        'model': f'{output} = fc2(tanh(fc1(x)))',
        'loss': 'mean over the mini-batch of the '
        + ('softmax cross-entropy (natural log)' if kind == 'mlp_ce' else 'squared error (output - y)^2'),
        'epoch_batches': epochs,
    }


PROBLEMS = {'mlp_mse': make_problem('mlp_mse', 11), 'mlp_ce': make_problem('mlp_ce', 12)}


def plan(problem, lr, epochs=EPOCHS):
    """Steps of a run with batch and learning rate; what a method draws is added to them."""
    batches = [batch for epoch in PROBLEMS[problem]['epoch_batches'][:epochs] for batch in epoch]
    return [{'t': t, 'batch': batch, 'lr': lr} for t, batch in enumerate(batches)]


def with_epochs(steps):
    return [{**now, 'epoch': now['t'] // BATCHES} for now in steps]


def drawn(net, draw):
    """Numbers of `draw` in the shape of the weights, rounded so that they are short."""
    return net.named([round(draw(), 6) for _ in range(net.size)])


def make_run(method, base, label, hyper, steps=None, problem='mlp_mse', **extra):
    """A run and its trajectory. `base` names one of BASES or is one; `steps` are made from its learning rate if missing."""
    cls, kw = BASES[base] if isinstance(base, str) else base
    name = f'{problem}/{base}/{label}' if isinstance(base, str) else f'{problem}/{label}'
    run = {'name': name, 'problem': problem, 'hyper': hyper, 'base': {'cls': cls, 'kw': kw}, **extra}
    steps = plan(problem, kw['lr']) if steps is None else steps
    return {**run, 'steps': trajectory(method, PROBLEMS[problem], run, steps)}


def base_runs():
    sgd = {'lr': 0.05, 'momentum': 0, 'dampening': 0, 'weight_decay': 0, 'nesterov': False}
    adagrad = {'lr': 0.1, 'lr_decay': 0, 'eps': 1e-10, 'weight_decay': 0, 'initial_accumulator_value': 0}
    rmsprop = {'lr': 0.01, 'momentum': 0, 'alpha': 0.99, 'eps': 1e-08, 'centered': False, 'weight_decay': 0}
    adam = {'lr': 0.02, 'betas': [0.9, 0.999], 'eps': 1e-08, 'weight_decay': 0, 'amsgrad': False}
    adamw = {**adam, 'weight_decay': 0.01}
    rules = [
        ('sgd_plain', 'SGD', sgd),
        ('sgd_momentum_wd', 'SGD', {**sgd, 'momentum': 0.9, 'weight_decay': 0.0005}),
        ('sgd_dampening', 'SGD', {**sgd, 'momentum': 0.8, 'dampening': 0.3, 'weight_decay': 0.01}),
        ('sgd_nesterov', 'SGD', {**sgd, 'momentum': 0.9, 'weight_decay': 0.001, 'nesterov': True}),
        ('adagrad', 'Adagrad', adagrad),
        (
            'adagrad_full',
            'Adagrad',
            {**adagrad, 'lr_decay': 0.1, 'weight_decay': 0.01, 'initial_accumulator_value': 0.2},
        ),
        ('rmsprop', 'RMSprop', rmsprop),
        ('rmsprop_momentum', 'RMSprop', {**rmsprop, 'momentum': 0.9, 'alpha': 0.9, 'weight_decay': 0.01}),
        ('rmsprop_centered', 'RMSprop', {**rmsprop, 'alpha': 0.95, 'eps': 1e-06, 'centered': True}),
        (
            'rmsprop_centered_momentum',
            'RMSprop',
            {**rmsprop, 'alpha': 0.9, 'momentum': 0.5, 'centered': True, 'weight_decay': 0.01},
        ),
        ('adam_l2', 'Adam', {**adam, 'betas': [0.8, 0.99], 'eps': 1e-06, 'weight_decay': 0.05}),
        ('adam_amsgrad', 'Adam', {**adam, 'betas': [0.9, 0.8], 'amsgrad': True}),
        ('adamw_strong_wd', 'AdamW', {**adamw, 'betas': [0.85, 0.98], 'eps': 1e-06, 'weight_decay': 0.3}),
        ('adamw_amsgrad', 'AdamW', {**adamw, 'betas': [0.9, 0.8], 'amsgrad': True}),
    ]
    return [make_run('base optimizers', (cls, kw), label, {}) for label, cls, kw in rules]


def sam_runs():
    cases = [('sgd', 0.05, 1e-12), ('sgd', 0.4, 1e-16), ('sgd', 0.2, 1e-7)]
    cases += [(base, 0.1, 1e-12) for base in ('adamw', 'adam', 'rmsprop', 'adagrad', 'nesterov')]
    return [
        make_run('SAM', base, f'rho{rho}_eps{eps:g}', {'rho': rho, 'eps': eps}) for base, rho, eps in cases
    ]


def asam_runs():
    official = 'official: T=|w|+eta for names containing "weight", T=1 for biases'
    davda54 = 'davda54: T=|w| for every tensor incl. biases, no eta'
    cases = [(base, official, 0.5, 0.01, 1e-16) for base in ('sgd', 'adamw', 'rmsprop')]
    cases += [('sgd', official, 1.0, 0.0, 1e-16)]
    cases += [('sgd', davda54, 0.5, 0.0, 1e-12), ('adagrad', davda54, 1.0, 0.0, 1e-12)]
    return [
        make_run(
            'ASAM',
            base,
            f'{variant.split(":")[0]}_rho{rho}_eta{eta}',
            {'rho': rho, 'eta': eta, 'eps': eps, 'variant': variant},
        )
        for base, variant, rho, eta, eps in cases
    ]


def gsam_runs():
    def run(base, rho, alpha, adaptive):
        hyper = {'rho_max': rho, 'rho_min': rho, 'alpha': alpha, 'adaptive': adaptive, 'eps': 1e-12}
        steps = [{**now, 'rho_t': rho} for now in plan('mlp_mse', BASES[base][1]['lr'])]
        return make_run('GSAM', base, f'rho{rho}_alpha{alpha}_adaptive{adaptive}', hyper, steps)

    def scheduled(base, rho_max, rho_min, alpha):
        lr_max = BASES[base][1]['lr']
        lr_min = 0.01 * lr_max
        steps = plan('mlp_mse', lr_max)
        for now in steps:
            share = (1 + math.cos(math.pi * now['t'] / len(steps))) / 2
            now['lr'] = lr_min + (lr_max - lr_min) * share
            now['rho_t'] = rho_min + (rho_max - rho_min) * (now['lr'] - lr_min) / (lr_max - lr_min)
        hyper = {
            'rho_max': rho_max,
            'rho_min': rho_min,
            'alpha': alpha,
            'adaptive': False,
            'eps': 1e-12,
            'lr_max': lr_max,
            'lr_min': lr_min,
            'lr_schedule': 'cosine, stepped once after every optimizer step; each step records lr and rho_t',
        }
        return make_run('GSAM', base, f'scheduled_rho{rho_max}to{rho_min}_alpha{alpha}', hyper, steps)

    return [
        run('sgd', 0.3, 0.4, False),
        run('sgd', 0.5, 0.4, True),
        run('adamw', 0.1, 0.7, False),
        run('adam', 0.2, 0.4, True),
        scheduled('sgd', 0.5, 0.1, 0.4),
        scheduled('adamw', 0.3, 0.0, 0.2),
        scheduled('rmsprop', 0.2, 0.05, 0.4),
    ]


def gsam_big_vision_runs():
    cases = [('sgd', False, True), ('sgd', True, True), ('sgd', False, False), ('sgd', True, False)]
    cases += [('adamw', True, True), ('nesterov', False, False)]
    return [
        make_run(
            'GSAM (big_vision formula)',
            base,
            f'adaptive{adaptive}_minimizefp{perturbed}',
            {'rho': 0.3, 'alpha': 0.4, 'adaptive': adaptive, 'minimize_fp': perturbed, 'eps': 1e-12},
        )
        for base, adaptive, perturbed in cases
    ]


def gam_runs():
    settings = {'cifar100': (0.2, 0.02, 0.5, 0.6, 0.03), 'large_gamma': (0.4, 0.1, 0.3, 0.5, 0.5)}

    def run(base, variant, label, adaptive=False):
        rho, rho_prime, beta, alpha, gamma = settings[label]
        hyper = {
            'rho': rho,
            'rho_prime': rho_prime,
            'beta': beta,
            'alpha': alpha,
            'gamma': gamma,
            'eps': 1e-12,
            'adaptive': adaptive,
            'g0_weight': 1.0 if variant == 'code' else beta,
            'g2_weight': abs(1 - beta),
            'g1_weight': alpha,
            'g3_weight': 1 - alpha,
        }
        return make_run('GAM (accelerated)', base, f'{variant}/{label}{"_adaptive" if adaptive else ""}', hyper)

    return [
        run('sgd', 'code', 'cifar100'),
        run('sgd', 'code', 'large_gamma'),
        run('sgd', 'code', 'large_gamma', True),
        run('sgd', 'paper_alg2', 'cifar100'),
        run('sgd', 'paper_alg2', 'large_gamma'),
        run('sgd', 'paper_alg2', 'large_gamma', True),
        run('adamw', 'code', 'large_gamma'),
        run('adagrad', 'paper_alg2', 'large_gamma'),
    ]


def gam_exact_runs():
    method = 'GAM Algorithm 1 (exact HVP)'
    cases = [('sgd', 0.2, 0.5), ('sgd', 0.05, 1.0), ('adamw', 0.2, 0.5)]
    return [
        make_run(method, base, f'alg1_hvp_rho{rho}_alpha{alpha}', {'rho': rho, 'alpha': alpha, 'eps': 1e-12})
        for base, rho, alpha in cases
    ]


def fsam_runs():
    def run(base, variant, rho, sigma, keep, adaptive=False):
        hyper = {'rho': rho, 'sigma': sigma, 'lmbda': keep, 'eps': 1e-12, 'variant': variant}
        if adaptive:
            hyper['adaptive'] = True
        label = f'{variant}{"_adaptive" if adaptive else ""}/rho{rho}_sigma{sigma}_lambda{keep}'
        return make_run('FSAM (Friendly-SAM)', base, label, hyper)

    return [
        run('sgd', 'code', 0.2, 1.0, 0.6),
        run('sgd', 'code', 0.3, 0.5, 0.95),
        run('sgd', 'code', 0.5, 1.0, 0.6, True),
        run('sgd', 'paper', 0.2, 1.0, 0.6),
        run('sgd', 'paper', 0.3, 0.5, 0.95),
        run('sgd', 'paper', 0.5, 0.7, 0.9, True),
        run('adamw', 'code', 0.2, 1.0, 0.9),
        run('adam', 'paper', 0.2, 0.8, 0.6),
        run('nesterov', 'code', 0.2, 0.8, 0.6),
    ]


def looksam_runs():
    weights = (
        'global norms; first SAM step projects on the WEIGHTS instead of the gradient '
        '(bug: state holds a second clone)'
    )
    tensors = 'global norm for the perturbation, per-tensor norms for g_v and its re-use'

    def run(base, label, k, rho, alpha, problem='mlp_mse'):
        hyper = {'k': k, 'rho': rho, 'alpha': alpha}
        hyper.update(
            {
                'paper_global': {'eps': 1e-12, 'variant': 'global norms'},
                'leminhbinh_global': {'variant': weights},
                'rollovd_per_tensor': {'eps_perturb': 1e-08, 'eps_gv': 1e-08, 'variant': tensors},
            }[label]
        )
        return make_run('LookSAM', base, f'{label}/k{k}', hyper, problem=problem)

    return [
        run('sgd', 'paper_global', 3, 0.1, 0.7),
        run('sgd', 'paper_global', 4, 0.3, 0.5),
        run('sgd', 'leminhbinh_global', 4, 0.2, 0.7),
        run('adamw', 'paper_global', 5, 0.2, 0.7),
        run('rmsprop', 'paper_global', 2, 0.1, 0.4),
        run('adam', 'leminhbinh_global', 3, 0.1, 0.7),
        run('sgd', 'rollovd_per_tensor', 4, 0.1, 0.5, 'mlp_ce'),
        run('adamw', 'rollovd_per_tensor', 3, 0.1, 0.5, 'mlp_ce'),
    ]


def esam_runs():
    code = (
        'code: strictly greater than the int(B*gamma)-th largest sharpness, i.e. int(B*gamma)-1 samples when there '
        'are no ties'
    )
    paper = 'paper: the int(B*gamma) samples of the largest sharpness'
    tensors = 'code: a draw per tensor after the step; above beta drops it from the next perturbation'
    coordinates = 'paper: a draw per coordinate for the step itself; above beta drops it'
    net = Net(PROBLEMS['mlp_mse'])

    def run(base, beta, gamma, rho, adaptive=False, selection=code, swp=tensors, seed=21):
        hyper = {'beta': beta, 'gamma': gamma, 'rho': rho, 'adaptive': adaptive, 'eps': 1e-07}
        hyper.update({'selection': selection, 'swp': swp})
        draw = random.Random(seed)
        count = len(net.tensors) if swp == tensors else net.size
        steps = plan('mlp_mse', BASES[base][1]['lr'])
        for now in steps:
            numbers = [math.inf]
            while min(numbers) > beta:  # the code cannot go on when every tensor is dropped
                numbers = [round(draw.random(), 3) for _ in range(count)]
            now['random_draws_after_step'] = numbers
        source = {(code, tensors): '', (paper, tensors): 'paper_selection/', (paper, coordinates): 'paper/'}
        label = f'{source[selection, swp]}beta{beta}_gamma{gamma}_rho{rho}_adaptive{adaptive}'
        return make_run('ESAM', base, label, hyper, steps)

    runs = [
        run('sgd', 1.0, 1.0, 0.1),
        run('sgd', 0.6, 1.0, 0.2),
        run('sgd', 0.6, 0.5, 0.1),
        run('sgd', 0.5, 0.75, 0.3),
        run('sgd', 0.6, 0.75, 0.5, True),
        run('adamw', 0.6, 0.5, 0.1),
        run('adagrad', 0.5, 0.75, 0.2, seed=22),
        run('sgd', 0.6, 0.5, 0.1, selection=paper, seed=23),
        run('adam', 0.5, 0.75, 0.3, True, paper, seed=24),
    ]
    runs.append(run('sgd', 0.6, 0.5, 0.1, False, paper, coordinates, 25))
    runs.append(run('adam', 0.5, 1.0, 0.3, True, paper, coordinates, 26))
    return runs


def rst_runs():
    cases = [
        ('sgd', 0.2, 1.0, [1, 0, 1, 1, 0, 0, 1, 0, 1]),
        ('sgd', 0.2, 2.0, [0, 1, 0, 1, 1, 0, 0, 1, 1]),
        ('adamw', 0.1, 1.5, [1, 1, 0, 0, 1, 0, 1, 1, 0]),
        ('nesterov', 0.1, 0.5, [0, 0, 1, 0, 1, 1, 1, 0, 1]),
    ]
    return [
        make_run(
            'RST / G-RST',
            base,
            f'gamma{gamma}',
            {'rho': rho, 'gamma': gamma, 'decisions': decisions, 'eps': 1e-12},
        )
        for base, rho, gamma, decisions in cases
    ]


def saf_mesa_runs():
    def run(base, problem, method, lam, temperature, start, back, decay):
        hyper = {
            'method': method,
            'lam': lam,
            'temperature': temperature,
            'kl_start_epoch': start,
            'minus_epoch': back,
            'ema_decay': decay,
            'kl': 'KL(softmax(ref/T) || softmax(cur/T)), batch mean, times T^2',
        }
        steps = with_epochs(plan(problem, BASES[base][1]['lr'], LONG_EPOCHS))
        label = f'{method}_lambda{lam}_start{start}_' + (f'minus{back}' if method == 'saf' else f'decay{decay}')
        return make_run('SAF / MESA', base, label, hyper, steps, problem)

    return [
        run('sgd', 'mlp_mse', 'saf', 0.3, 5.0, 1, 2, None),
        run('sgd', 'mlp_mse', 'mesa', 0.8, 5.0, 1, None, 0.9),
        run('sgd', 'mlp_ce', 'saf', 0.3, 5.0, 1, 2, None),
        run('adamw', 'mlp_ce', 'saf', 0.8, 2.0, 2, 3, None),
        run('sgd', 'mlp_ce', 'mesa', 0.8, 5.0, 1, None, 0.9),
        run('rmsprop', 'mlp_ce', 'mesa', 0.5, 2.0, 0, None, 0.7),
    ]


def ssam_runs():
    method = 'SSAM-F / SSAM-D'
    quirk = (
        'the Fisher loop does not clear .grad before its first sample, so the first squared term uses '
        '(batch gradient at the perturbed point + first sample gradient)'
    )
    net = Net(PROBLEMS['mlp_mse'])

    def fisher(base, sparsity, rho, every, samples, with_quirk, seed):
        hyper = {'rho': rho, 'sparsity': sparsity, 'num_samples': samples, 'update_freq_epochs': every}
        hyper['eps'] = 1e-07
        if with_quirk:
            hyper['quirk'] = quirk
        draw = random.Random(seed)
        steps = with_epochs(plan('mlp_mse', BASES[base][1]['lr']))
        for now in steps:
            updates = updates_mask(net, hyper, now)
            now['fisher_sample_order'] = draw.sample(range(SAMPLES), samples) if updates else None
        source = 'code' if with_quirk else 'paper'
        return make_run(method, base, f'ssamf_{source}_s{sparsity}_rho{rho}_freq{every}', hyper, steps)

    def dynamic(base, sparsity, rho, growth, every, seed):
        hyper = {
            'rho': rho,
            'sparsity': sparsity,
            'drop_rate': 0.5,
            'drop_strategy': 'gradient',
            'growth_strategy': growth,
            'update_freq_epochs': every,
            'T_start': 0,
            'T_end': EPOCHS,
            'eps': 1e-07,
        }
        draw = random.Random(seed)
        scores = drawn(net, draw.random)
        steps = with_epochs(plan('mlp_mse', BASES[base][1]['lr']))
        for now in steps:
            updates = growth == 'random' and updates_mask(net, hyper, now)
            now['growth_scores'] = drawn(net, draw.random) if updates else None
        label = f'ssamd_s{sparsity}_rho{rho}_dr0.5_{growth}'
        return make_run(method, base, label, hyper, steps, init_random_scores=scores)

    # The seeds of the quirk's runs are ones for which it changes a mask.
    runs = [
        fisher('sgd', 0.5, 0.1, 1, 12, True, 32),
        fisher('sgd', 0.8, 0.3, 2, 10, True, 32),
        fisher('sgd', 0.5, 0.3, 1, 12, False, 33),
        fisher('adamw', 0.7, 0.2, 1, 11, False, 34),
        fisher('adagrad', 0.5, 0.2, 1, 12, True, 40),
        dynamic('sgd', 0.5, 0.1, 'random', 1, 36),
        dynamic('sgd', 0.7, 0.3, 'gradient', 1, 37),
        dynamic('adamw', 0.6, 0.3, 'random', 2, 38),
        dynamic('rmsprop', 0.5, 0.1, 'gradient', 1, 39),
    ]
    runs.append(dynamic('sgd', 0.6, 0.3, 'weight', 1, 40))
    return runs


def rwp_runs():
    method = 'RWP, ARWP, m-RWP, m-ARWP'
    net = Net(PROBLEMS['mlp_mse'])

    def run(base, sigma, eta, beta, lmbda, seed):
        draw = random.Random(seed)
        hyper = {'std' if lmbda is None else 'sigma': sigma, 'eta': eta, 'beta': beta}
        steps = plan('mlp_mse', BASES[base][1]['lr'])
        label = f'{"arwp" if eta else "rwp"}_'
        if lmbda is not None:
            hyper['lmbda'] = lmbda
            label = 'm-' + label
            both = plan('mlp_mse', BASES[base][1]['lr'], MIXED_EPOCHS)
            for now, clean, noisy in zip(steps, both[::2], both[1::2]):
                now['batch'], now['batch_perturbed'] = clean['batch'], noisy['batch']
        label += f'{"std" if lmbda is None else "sigma"}{sigma}_eta{eta}_beta{beta}'
        if lmbda is not None:
            label += f'_lambda{lmbda}'
        for now in steps:
            now['standard_normals'] = drawn(net, lambda: draw.gauss(0, 1))
        return make_run(method, base, label, hyper, steps)

    return [
        run('sgd', 0.05, 0.0, 0.99, None, 41),
        run('sgd', 0.1, 1.0, 0.9, None, 42),
        run('adamw', 0.05, 0.1, 0.99, None, 43),
        run('sgd', 0.05, 0.0, 0.99, 0.5, 44),
        run('sgd', 0.1, 1.0, 0.9, 0.7, 45),
        run('adam', 0.05, 0.1, 0.99, 0.5, 46),
    ]


def fedsmoo_runs():
    problem = PROBLEMS['mlp_mse']
    net = Net(problem)

    def run(label, selected, clip):
        hyper = {
            'local_learning_rate': 0.05,
            'lr_decay': 0.998,
            'weight_decay': 0.001,
            'lamb': 0.1,
            'rho': 0.1,
            'batchsize': 2,
            'local_epochs': 2,
            'active_ratio': len(selected[0]) / 3,
            'comm_rounds': len(selected),
        }
        result = {
            'name': f'mlp_mse/{label}',
            'problem': 'mlp_mse',
            'hyper': hyper,
            'clip_grad_norm': clip,
            'clients': [[0, 1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11]],
            'batching': 'each client iterates its samples in the listed order in chunks of batchsize, local_epochs '
            'times per round',
            'init_vector': net.initial,
            'vector_layout': 'concatenation in param_order, row-major',
        }
        rounds, lr = [], hyper['local_learning_rate']
        for at, active in enumerate(selected):
            rounds.append({'round': at, 'selected': active, 'lr': lr})
            lr *= hyper['lr_decay']
        return {**result, 'steps': federated(problem, result, rounds)}

    some = [[0, 1], [2, 0], [1, 2], [0, 2]]
    return [
        run('full', [[0, 1, 2]] * 4, 10),
        run('partial', some, 10),
        run('partial_clipped', some[::-1], 0.5),
    ]


FILES = [
    ('base_optimizers', 'base optimizers', base_runs),
    ('sam', 'SAM', sam_runs),
    ('asam', 'ASAM', asam_runs),
    ('gsam', 'GSAM', gsam_runs),
    ('gsam_bigvision', 'GSAM (big_vision formula)', gsam_big_vision_runs),
    ('gam', 'GAM (accelerated)', gam_runs),
    ('gam_alg1_hvp', 'GAM Algorithm 1 (exact HVP)', gam_exact_runs),
    ('fsam', 'FSAM (Friendly-SAM)', fsam_runs),
    ('looksam', 'LookSAM', looksam_runs),
    ('esam', 'ESAM', esam_runs),
    ('rst', 'RST / G-RST', rst_runs),
    ('saf_mesa', 'SAF / MESA', saf_mesa_runs),
    ('ssam', 'SSAM-F / SSAM-D', ssam_runs),
    ('rwp', 'RWP, ARWP, m-RWP, m-ARWP', rwp_runs),
    ('fedsmoo', 'FedSMOO', fedsmoo_runs),
]


def write(folder):
    os.makedirs(folder, exist_ok=True)
    for name, method, make in FILES:
        runs = make()
        content = {
            'format': FORMAT,
            'method': method,
            'dtype': 'float64',
            'source': 'scripts/reference/trajectories.py',
            'problems': {key: PROBLEMS[key] for key in PROBLEMS if any(run['problem'] == key for run in runs)},
            'runs': runs,
        }
        path = os.path.join(folder, f'{name}.json')
        with open(path, 'w', encoding='utf-8', newline='\n') as file:
            json.dump(content, file, separators=(',', ':'), allow_nan=False)
            file.write('\n')
        print(f'{path}: {len(runs)} runs, {os.path.getsize(path)} bytes')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument('--out', metavar='DIR', help='write the files into DIR')
    action.add_argument('--replay', metavar='DIR', help='replay the files of DIR')
    arguments = parser.parse_args()
    for problem in PROBLEMS.values():
        check_derivatives(problem)
    if arguments.out:
        write(arguments.out)
    else:
        replay(arguments.replay)


if __name__ == '__main__':
    main()
