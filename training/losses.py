"""How wrong the network's answer is: focal loss on the heat map, generalised IoU on the boxes."""

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional
from torchvision.ops import generalized_box_iou_loss

ALPHA: Final = 2.0
BETA: Final = 4.0
"""Exponents of the penalty-reduced focal loss of CornerNet (Law and Deng, 2018)."""


def heat_loss(logits: Tensor, heat: Tensor, care: Tensor) -> Tensor:
    """Penalty-reduced focal loss per object. logits, heat: (B, K, h, w). care: (B, 1, h, w), 0 where nothing counts."""
    probability = logits.sigmoid()
    centre = heat.ge(1.0).float()
    found = centre * (1 - probability).pow(ALPHA) * functional.softplus(-logits)
    alarm = (1 - centre) * care * (1 - heat).pow(BETA) * probability.pow(ALPHA) * functional.softplus(logits)
    return (found.sum() + alarm.sum()) / centre.sum().clamp(min=1)


def box_loss(answer: Tensor, ltrb: Tensor, weight: Tensor) -> Tensor:
    """1 - generalised IoU, mean over objects. answer, ltrb: (B, 4, h, w). weight: (B, 1, h, w), 1 in sum per object."""
    batch, row, column = torch.nonzero(weight[:, 0] > 0, as_tuple=True)
    if len(batch) == 0:
        return answer.sum() * 0.0
    sign = answer.new_tensor([-1.0, -1.0, 1.0, 1.0])
    loss = generalized_box_iou_loss(answer[batch, :, row, column] * sign, ltrb[batch, :, row, column] * sign)
    share = weight[batch, 0, row, column]
    total: Tensor = (loss * share).sum() / share.sum()
    return total
