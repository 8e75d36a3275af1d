import pytest
import torch

from cargoscope.errors import ModelError
from cargoscope.models.networks import DETECTORS, build


@pytest.mark.parametrize("name", sorted(DETECTORS))
def test_a_detector_answers_with_one_cell_per_stride(name: str) -> None:
    network = build(name, 3).eval()
    with torch.no_grad():
        logits, ltrb = network(torch.zeros(2, 4, 64, 96))
    assert logits.shape == (2, 3, 8, 12)
    assert ltrb.shape == (2, 4, 8, 12)
    assert ltrb.min() > 0
    assert logits.sigmoid().mean() < 0.1, "at the start nearly everything is background"


def test_an_unknown_detector_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(ModelError, match=r"no detector named 'yolo'; there are \['cargoscope-l', 'cargoscope-s'\]"):
        build("yolo", 3)


def test_measured_norms_are_folded_and_activations_keep_their_scale() -> None:
    torch.manual_seed(0)
    network = build("cargoscope-s", 3)
    crops = [torch.rand(4, 4, 64, 64) * 3 for _ in range(2)]
    network.start_from_imagenet(crops)
    assert not [name for name, _ in network.backbone.named_buffers()], "no running statistics are left"
    with torch.no_grad():
        deepest = network.backbone(crops[0])[-1]
    assert torch.isfinite(deepest).all()
    assert 0.1 < deepest.std() < 10


def test_the_early_parameters_are_the_stem_and_the_first_blocks() -> None:
    network = build("cargoscope-s", 3)
    names = {id(parameter): name for name, parameter in network.backbone.named_parameters()}
    early = {names[id(parameter)].split(".conv")[0] for parameter in network.early(2)}
    assert early == {"conv_stem.weight", "conv_stem.bias", "blocks.0.0", "blocks.1.0", "blocks.1.1"}
