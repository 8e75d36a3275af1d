"""cargoscope-l: torchvision's FCOS on ResNet-50, for machines with a GPU, answering as every detector here does."""

from collections.abc import Iterable
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
from torchvision.models.detection.fcos import FCOSClassificationHead, FCOSRegressionHead

from cargoscope import pixels

STRIDE: Final = 8
FPN: Final = 256


class CargoscopeL(nn.Module):
    """ResNet-50 with a feature pyramid and the two towers of FCOS (Tian et al., 2019). 31 M parameters.

    The levels of strides 8, 16 and 32 are added up at stride 8, where one pair of towers reads them: objects of all
    sizes then answer in one map, decoded as that of cargoscope-s. Centre-ness is left out, since the heat falls off
    from the centre by itself. No published weights are needed: the norms measure themselves while it trains.
    """

    def __init__(self, n_classes: int) -> None:
        super().__init__()
        self.backbone = resnet_fpn_backbone(
            backbone_name="resnet50",
            weights=None,
            norm_layer=nn.BatchNorm2d,
            trainable_layers=5,
            returned_layers=[2, 3, 4],
        )
        self.backbone.body.conv1 = nn.Conv2d(len(pixels.CHANNELS), 64, 7, stride=2, padding=3, bias=False)
        classes, edges = FCOSClassificationHead(FPN, 1, n_classes), FCOSRegressionHead(FPN, 1)
        self.heat = nn.Sequential(classes.conv, nn.Identity(), classes.cls_logits)
        self.ltrb = nn.Sequential(edges.conv, nn.Identity(), edges.bbox_reg)

    def forward(self, tile: Tensor) -> tuple[Tensor, Tensor]:
        """tile (B, 4, H, W) -> heat logits (B, K, H/8, W/8) and ltrb (B, 4, H/8, W/8) in tile pixels, above 0."""
        levels = self.backbone(tile)
        p8 = levels["0"]
        for name, factor in (("1", 2.0), ("2", 4.0)):
            p8 = p8 + functional.interpolate(levels[name], scale_factor=factor, mode="nearest")
        return self.heat(p8), STRIDE * torch.exp(self.ltrb(p8).clamp(-2.0, 4.5))

    def start_from_imagenet(self, crops: Iterable[Tensor]) -> None:
        """Nothing: no published weights of this backbone are packaged. It begins with the random weights it has."""

    def early(self, blocks: int) -> list[nn.Parameter]:
        """Parameters of the stem and the first stages."""
        kept = ("body.conv1.", "body.bn1.", *(f"body.layer{stage + 1}." for stage in range(blocks)))
        return [parameter for name, parameter in self.backbone.named_parameters() if name.startswith(kept)]
