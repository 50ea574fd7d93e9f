#!/usr/bin/env python3
"""Training steps a second: PyTorch against bench_train, in turns.

  tests/peers/train_torch.py build/tests/bench/bench_train [--rounds 3]

The same step in both: 16 sessions of 512 bins, 8 microphones (64 inputs), linear layers with parameter-free layer
normalization and ReLU, a head of 3, the sub-contrastive loss (paper, eq. 6) of outputs turned into the world, its
gradient, Adam. PyTorch is spared the making of inputs and the drawing of bins: both lie ready for it.
It chooses its kernels by itself; eager mode. bf16 is torch.autocast, as its users would write it. PyTorch's f32 products
are those of the BLAS it finds, which is named: the reference's are a hundred times slower than libopenblas0-openmp's.
libopenblas0-pthread has threads of its own beside PyTorch's: one thread would be two, and two would hinder each other.
"""
import argparse
import json
import os
import subprocess
import sys
import time

import torch

SESSIONS, BINS, INPUTS = 16, 512, 64
SPLIT = BINS // 3  # bins before the break point


def network(hidden):
    layers, width = [], INPUTS
    for units in hidden:
        layers += [torch.nn.Linear(width, units), torch.nn.LayerNorm(units, elementwise_affine=False), torch.nn.ReLU()]
        width = units
    return torch.nn.Sequential(*layers, torch.nn.Linear(width, 3))


def centroids(world):
    total = world.sum(dim=1)
    return total / total.norm(dim=1, keepdim=True)


class Training:
    def __init__(self, hidden, precision):
        torch.manual_seed(1)
        self.net = network(hidden)
        self.adam = torch.optim.Adam(self.net.parameters(), lr=1e-3)
        self.inputs = torch.randn(SESSIONS * BINS, INPUTS)
        self.rotations = torch.linalg.qr(torch.randn(SESSIONS, BINS, 3, 3)).Q
        self.bf16 = precision == "bf16"

    def step(self):
        self.adam.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.bf16):
            output = self.net(self.inputs)
        output = output.float().view(SESSIONS, BINS, 3, 1)
        world = (self.rotations @ output).squeeze(-1)
        first, second = centroids(world[:, :SPLIT]), centroids(world[:, SPLIT:])
        loss = (first - second).square().sum(dim=1).mean()
        loss.backward()
        self.adam.step()
        return loss

    def best_rate(self, steps=15, longest_s=20.0):
        """Steps a second of the fastest step: the machine may be shared."""
        fastest = float("inf")
        began = time.perf_counter()
        for _ in range(steps):
            start = time.perf_counter()
            self.step()
            end = time.perf_counter()
            fastest = min(fastest, end - start)
            if end - began > longest_s:
                break
        return 1.0 / fastest


def blas():
    """Path of the BLAS this process has loaded."""
    with open("/proc/self/maps") as maps:
        paths = {line.split()[-1] for line in maps if "blas" in line.rsplit("/", 1)[-1]}
    return ", ".join(sorted(paths)) or "none"


def print_rates(threads, cases):
    """What a process that serves one number of threads answers: a JSON object."""
    torch.set_num_threads(threads)
    rates = [Training([int(units) for units in name.split("-")], precision).best_rate() for name, precision in cases]
    print(json.dumps({"blas": blas(), "rates": rates}))


def their_rates(threads, cases):
    """Rates of (network, precision) in a process whose libraries are told the number of threads at their start."""
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads))
    command = [sys.executable, __file__, "--threads", str(threads), json.dumps(cases)]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)
    return answer["blas"], dict(zip(cases, answer["rates"]))


def our_rates(bench):
    """(network, precision, threads) -> steps a second, from the benchmark's table."""
    rates = {}
    for line in subprocess.run([bench], check=True, capture_output=True, text=True).stdout.splitlines():
        words = line.split()
        if len(words) > 4 and words[1] == "adam":
            rates[words[0], words[2], int(words[3])] = float(words[4])
    if not rates:
        raise SystemExit(f"{bench}: no line with a rate in its output")
    return rates


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", help="bench_train, or with --threads the JSON list of cases")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, help="print PyTorch's rates with so many threads, as JSON, and end")
    arguments = parser.parse_args()
    if arguments.threads:
        print_rates(arguments.threads, json.loads(arguments.bench))
        return
    ours, theirs = {}, {}
    for _ in range(arguments.rounds):
        for key, rate in our_rates(arguments.bench).items():
            ours[key] = max(rate, ours.get(key, 0.0))
        for threads in sorted({threads for _, _, threads in ours}):
            cases = [(name, precision) for name, precision, count in ours if count == threads]
            library, rates = their_rates(threads, cases)
            for case, rate in rates.items():
                theirs[*case, threads] = max(rate, theirs.get((*case, threads), 0.0))
    print(f"Training steps a second, PyTorch {torch.__version__}, BLAS {library}, best of {arguments.rounds} rounds")
    print(f"{'network':<14} {'precision':<9} {'threads':>7} {'PyTorch':>8} {'csl':>8} {'ratio':>6} {'to PyTorch f32':>15}")
    for key, rate in ours.items():
        name, precision, threads = key
        print(f"{name:<14} {precision:<9} {threads:>7} {theirs[key]:>8.1f} {rate:>8.1f} {rate / theirs[key]:>6.2f} "
              f"{rate / theirs[name, 'f32', threads]:>15.2f}")


if __name__ == "__main__":
    main()
