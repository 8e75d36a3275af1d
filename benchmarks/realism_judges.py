"""Two judges that try to tell real tiles from simulated ones: a regression over features, and a small network."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]
Reals = npt.NDArray[np.float64]
SIDE = 64
FOLDS = 5
EPOCHS = 8


@dataclass(frozen=True, eq=False)
class Tiles:
    """pixels: (n, SIDE, SIDE). real: (n,). scan: (n,) number of the picture a tile is of, real ones first.

    fold: (n,) up to FOLDS-1; all tiles of a scan are in one. Each side needs two scans or more.
    """

    pixels: Grey
    real: npt.NDArray[np.bool_]
    scan: npt.NDArray[np.int_]
    fold: npt.NDArray[np.int_]


def tiles_of(real: list[Grey], simulated: list[Grey], rng: np.random.Generator, count: int) -> Tiles:
    """`count` tiles at random places of every picture; as many real pictures as simulated ones make a fair trial."""
    pixels, scans, folds = [], [], []
    for pictures, first in ((real, 0), (simulated, len(real))):
        for number, picture in enumerate(pictures):
            for _ in range(count):
                y, x = (int(rng.integers(0, edge - SIDE + 1)) for edge in picture.shape)
                pixels.append(picture[y : y + SIDE, x : x + SIDE])
                scans.append(first + number)
                folds.append(number % FOLDS)
    scan = np.array(scans)
    return Tiles(np.stack(pixels), scan < len(real), scan, np.array(folds))


Learner = Callable[[npt.NDArray[np.bool_]], Reals]
"""Learns from the tiles marked True and scores all of them: higher is more likely real."""

Judge = Callable[[Tiles], Learner]
"""Looks at all tiles, not at whether they are real, and gives what learns to tell them."""


def judged(tiles: Tiles, judge: Judge) -> Reals:
    """Out-of-fold scores (n,): each scan is judged by what learned from the other folds alone.

    Scores of a fold are put in units of its own spread, so that folds can be pooled.
    """
    scores, learner = np.zeros(len(tiles.real)), judge(tiles)
    for fold in np.unique(tiles.fold):
        test = tiles.fold == fold
        raw = learner(~test)[test]
        scores[test] = (raw - np.median(raw)) / (raw.std() + 1e-9)
    return scores


def verdict(tiles: Tiles, scores: Reals, rng: np.random.Generator, draws: int = 400) -> dict[str, float | list[float]]:
    """AUC over tiles with its 95 % interval (whole scans are drawn again), and AUC of the scans' mean scores."""
    scans = [np.flatnonzero(tiles.scan == number) for number in range(int(tiles.scan.max()) + 1)]
    real = [one for one in scans if tiles.real[one[0]]]
    simulated = [one for one in scans if not tiles.real[one[0]]]

    def between(first: list[npt.NDArray[np.intp]], second: list[npt.NDArray[np.intp]]) -> float:
        return auc(scores[np.concatenate(first)], scores[np.concatenate(second)])

    drawn = [
        between(*([side[i] for i in rng.integers(0, len(side), len(side))] for side in (real, simulated)))
        for _ in range(draws)
    ]
    whole = auc(np.array([scores[one].mean() for one in real]), np.array([scores[one].mean() for one in simulated]))
    low, high = np.percentile(drawn, (2.5, 97.5))
    return {
        "auc": round(between(real, simulated), 3),
        "interval": [round(float(low), 3), round(float(high), 3)],
        "auc_whole_scans": round(whole, 3),
    }


def auc(positive: Reals, negative: Reals) -> float:
    """Chance that a positive scores above a negative, ties as half."""
    order = np.sort(negative)
    above = np.searchsorted(order, positive, "left") + np.searchsorted(order, positive, "right")
    return float(above.mean() / 2 / len(order))


def regression(tiles: Tiles) -> Learner:
    """Logistic regression over 40 features of a tile and their squares."""
    x = np.array([features(tile) for tile in tiles.pixels])

    def learn(train: npt.NDArray[np.bool_]) -> Reals:
        mean, spread = x[train].mean(axis=0), x[train].std(axis=0) + 1e-6
        wide = np.clip((x - mean) / spread, -4, 4)
        wide = np.concatenate([np.ones((len(x), 1)), wide, wide**2 - 1], axis=1)
        y = tiles.real[train].astype(np.float64)
        weight = np.where(y == 1, 0.5 / max(y.mean(), 1e-6), 0.5 / max(1 - y.mean(), 1e-6))
        return np.asarray(wide @ _fitted(wide[train], y, weight))

    return learn


def _fitted(x: Reals, y: Reals, weight: Reals) -> Reals:
    """Ridge-penalised logistic regression by Newton's method."""
    beta = np.zeros(x.shape[1])
    for _ in range(12):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        slope = x.T @ (weight * (p - y)) + 3.0 * beta
        curve = (x * (weight * p * (1 - p))[:, None]).T @ x + 3.0 * np.eye(len(beta))
        beta -= np.linalg.solve(curve, slope)
    return beta


def features(tile: Grey) -> Reals:
    """40 numbers of a tile: tone, detail at four scales and its tails, gradients by direction, steps, spectrum."""
    plane = tile.astype(np.float32)
    values = [plane.mean(), plane.std(), *np.percentile(plane, (2, 25, 50, 75, 98))]
    before = plane
    for sigma in (0.8, 1.6, 3.2, 6.4):
        smooth = cv2.GaussianBlur(plane, (0, 0), sigma)
        band = before - smooth
        spread = band.std() + 0.05
        values += [np.log(spread), np.log(np.median(np.abs(band)) + 0.05), ((band / spread) ** 4).mean() ** 0.25]
        before = smooth
    dx, dy = np.diff(plane, axis=1), np.diff(plane, axis=0)
    values += [np.log(np.abs(dx).mean() + 0.05), np.log(np.abs(dy).mean() + 0.05)]
    values += [np.log(np.abs(np.diff(plane.mean(axis=0))).mean() + 0.05)]
    values += [np.log(np.abs(np.diff(plane.mean(axis=1))).mean() + 0.05)]
    values += [(dx == 0).mean(), (dy == 0).mean(), len(np.unique(tile)) / 64]
    power = np.abs(np.fft.fft2(plane - plane.mean())) ** 2
    radius = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.fftfreq(SIDE)[None, :])
    for low in (0.03, 0.08, 0.15, 0.25, 0.35, 0.45):
        values.append(np.log(power[(radius >= low) & (radius < low + 0.1)].mean() + 1))
    return np.asarray(values, np.float64)


def network(tiles: Tiles) -> Learner:
    """A convolutional network of 40,000 weights, trained for EPOCHS with mirrored tiles; needs torch."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    plane = tiles.pixels.astype(np.float32)
    local = np.stack([tile - cv2.GaussianBlur(tile, (0, 0), 2) for tile in plane])
    x = torch.from_numpy(np.stack([plane / 128 - 1, np.clip(local / 4, -4, 4)], axis=1))
    y = torch.from_numpy(tiles.real.astype(np.float32))

    def learn(train: npt.NDArray[np.bool_]) -> Reals:
        torch.manual_seed(7)
        layers: list[nn.Module] = []
        for before, after, size, stride in ((2, 16, 5, 2), (16, 32, 3, 2), (32, 48, 3, 2), (48, 48, 3, 1)):
            layers += [nn.Conv2d(before, after, size, stride, size // 2), nn.BatchNorm2d(after), nn.ReLU()]
        model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.3), nn.Linear(48, 1))
        chosen = torch.from_numpy(np.flatnonzero(train))
        batches = max(1, len(chosen) // 32)
        optimizer = torch.optim.AdamW(model.parameters(), 3e-3, weight_decay=0.02)
        rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, 6e-3, total_steps=EPOCHS * batches)
        weight = (1 - y[chosen].mean()) / y[chosen].mean().clamp(min=1e-6)
        for _ in range(EPOCHS):
            model.train()
            for part in chosen[torch.randperm(len(chosen))].chunk(batches):
                tile = x[part].flip(3) if torch.rand(()) < 0.5 else x[part]
                loss = nn.functional.binary_cross_entropy_with_logits(model(tile)[:, 0], y[part], pos_weight=weight)
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                optimizer.step()
                rate.step()
        model.eval()
        with torch.no_grad():
            return np.concatenate([model(part)[:, 0].numpy() for part in x.split(256)]).astype(np.float64)

    return learn
