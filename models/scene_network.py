"""The scene network: where containers, tractors and reefer units are, and what the containers hold. torch: training."""

from typing import Final

from torch import Tensor, nn

from cargoscope.models.scene_canvas import CHANNELS
from cargoscope.models.scene_decode import PARTS

PRIOR: Final = -2.0


class CargoscopeScene(nn.Module):
    """Five halvings, a light pyramid back to stride 8, three 1x1 heads. About 0.4 M parameters.

    The deepest level sees the whole canvas, so that every cell of a container may know where its ends are.
    """

    def __init__(self, n_facts: int) -> None:
        super().__init__()
        self.to_4 = nn.Sequential(_conv(len(CHANNELS), 16, 5, 2), _conv(16, 32, 3, 2))
        self.to_8 = nn.Sequential(_conv(32, 48, 3, 2), _Separable(48, 5))
        self.to_16 = nn.Sequential(_conv(48, 64, 3, 2), _Separable(64, 5), _Separable(64, 5))
        self.to_32 = nn.Sequential(_conv(64, 96, 3, 2), *(_Separable(96, 7) for _ in range(4)))
        self.whole = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(96, 96, 1), nn.ReLU())
        self.from_32 = nn.Conv2d(96, 64, 1)
        self.from_8 = nn.Conv2d(48, 64, 1)
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        self.smooth_16 = _Separable(64, 5)
        self.smooth_8 = nn.Sequential(_Separable(64, 5), _Separable(64, 3))
        self.heat = nn.Conv2d(64, len(PARTS), 1)
        self.ltrb = nn.Sequential(_Separable(64, 5), nn.Conv2d(64, 4 * len(PARTS), 1))
        self.facts = nn.Sequential(_Separable(64, 5), nn.Conv2d(64, 96, 1), nn.ReLU(), nn.Conv2d(96, n_facts, 1))
        assert self.heat.bias is not None
        nn.init.constant_(self.heat.bias, PRIOR)

    def forward(self, canvas: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """canvas (B, 4, H, W) -> heat logits (B, 3, H/8, W/8); ltrb (B, 12, H/8, W/8), the natural logarithms of the
        distances in canvas pixels of each part's left, top, right, bottom edges; facts (B, F, H/8, W/8)."""
        at_8 = self.to_8(self.to_4(canvas))
        at_16 = self.to_16(at_8)
        at_32 = self.to_32(at_16)
        at_32 = at_32 + self.whole(at_32)
        at_16 = self.smooth_16(at_16 + self.up(self.from_32(at_32)))
        at_8 = self.smooth_8(self.from_8(at_8) + self.up(at_16))
        return self.heat(at_8), self.ltrb(at_8) + 3.0, self.facts(at_8)


def _conv(inside: int, outside: int, kernel: int, stride: int) -> nn.Sequential:
    conv = nn.Conv2d(inside, outside, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outside), nn.ReLU(inplace=True))


class _Separable(nn.Module):
    def __init__(self, channels: int, kernel: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, kernel, 1, kernel // 2, groups=channels, bias=False),
            nn.BatchNorm2d(channels),
            nn.Conv2d(channels, channels, 1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
        )

    def forward(self, x: Tensor) -> Tensor:
        added: Tensor = x + self.body(x)
        return added
