"""Several processes that train one network together, as torchrun starts them; alone without it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel


@dataclass(frozen=True)
class Crew:
    """This process among `size` ones; the first of them keeps the averaged copy, the checkpoint and the log."""

    rank: int
    size: int
    device: torch.device

    @property
    def leads(self) -> bool:
        return self.rank == 0

    def together(self, network: nn.Module) -> nn.Module:
        """The network as it is called in training: its gradients become the mean over all processes."""
        if self.size == 1:
            return network
        return DistributedDataParallel(network, find_unused_parameters=True)  # early layers stop learning on the way

    def agreed(self, value: float) -> float:
        """The value of the first process, so that no clock lets one stop before the others."""
        if self.size == 1:
            return value
        said = torch.tensor([value], dtype=torch.float64, device=self.device)
        distributed.broadcast(said, src=0)
        return float(said.item())


ALONE = Crew(0, 1, torch.device("cpu"))


@contextmanager
def assembled() -> Iterator[Crew]:
    """The crew that RANK, WORLD_SIZE and LOCAL_RANK name, each process on a GPU of its own where there are GPUs."""
    rank, size, local = (
        int(os.environ.get(name, usual)) for name, usual in (("RANK", "0"), ("WORLD_SIZE", "1"), ("LOCAL_RANK", "0"))
    )
    device = torch.device("cuda", local) if torch.cuda.is_available() else torch.device("cpu")
    if device.type == "cuda":
        torch.cuda.set_device(device)
    if size == 1:
        yield Crew(rank, size, device)
        return
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield Crew(rank, size, device)
    finally:
        distributed.destroy_process_group()
