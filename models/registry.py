"""The models of this machine: one folder per model_id, and a pointer to the active one that moves atomically."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cargoscope.atomic import make_folder, move, write_whole
from cargoscope.errors import ModelError
from cargoscope.models.card import CARD_FILE, MODEL_FILE, WEIGHTS_FILE, ModelCard, read_card

RELEASES: Final = Path(__file__).parent / "releases"
DEFAULT_RELEASE: Final = "cargoscope-s"
PACKAGED: Final = (RELEASES / DEFAULT_RELEASE, RELEASES / f"{DEFAULT_RELEASE}-int8")
POINTER: Final = "active"


class Registry:
    """A folder of models. Folders are only added; `promote` and `rollback` move the pointer."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def seeded(cls, root: Path, *releases: Path) -> "Registry":
        """The registry at root with the releases in it; while it has no active model, the first of them becomes that.

        So after an update of Cargoscope the new releases can be promoted, and what was active stays active.
        releases: model folders; without any those that the package carries.
        """
        registry = cls(root)
        cards = [registry.add(release) for release in releases or PACKAGED]
        if registry.active_id() is None:
            registry.promote(cards[0].model_id)
        return registry

    def add(self, folder: Path) -> ModelCard:
        """Copy a model (ONNX, card, weights where there are some) into the registry; a known one stays as it is."""
        card = read_card(folder)
        target = self.root / card.model_id
        if target.is_dir():
            return read_card(target)
        make_folder(self.root)
        temporary = Path(tempfile.mkdtemp(prefix=".adding-", dir=self.root))
        try:
            for name in (MODEL_FILE, CARD_FILE, WEIGHTS_FILE):
                if (folder / name).is_file():
                    write_whole(temporary / name, (folder / name).read_bytes())
            temporary.chmod(0o755)
            try:
                move(temporary, target)
            except OSError:
                if not target.is_dir():
                    raise
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return read_card(target)

    def active_id(self) -> str | None:
        """model_id of the active model, None before the first one. Cheap: one small file is read."""
        try:
            return (self.root / POINTER).read_text("ascii").strip()
        except FileNotFoundError:
            return None

    def active(self) -> ModelCard:
        """The card of the active model; ModelError while there is none."""
        model_id = self.active_id()
        if model_id is None:
            raise ModelError(f"registry {self.root} has no active model; promote one first")
        return read_card(self.path(model_id))

    def promote(self, model_id: str) -> ModelCard:
        """Make a model of the registry the active one. model_id may be a unique beginning of 6 characters or more."""
        card = read_card(self.path(model_id))
        write_whole(self.root / POINTER, f"{card.model_id}\n".encode("ascii"))
        return card

    def rollback(self) -> ModelCard:
        """Make the parent of the active model active again; ModelError where it has none."""
        card = self.active()
        if card.parent is None:
            raise ModelError(f"model {card.model_id[:12]} ({card.name}) has no parent to roll back to")
        return self.promote(card.parent)

    def first(self, card: ModelCard) -> ModelCard:
        """The model that a line of retrainings began with: parent after parent, as far as the registry knows them."""
        line = [card]
        while (parent := line[-1].parent) is not None and (self.root / parent).is_dir():
            line.append(read_card(self.root / parent))
            if parent in (known.model_id for known in line[:-1]):
                raise ModelError(f"model {card.model_id[:12]} descends from itself, by way of {parent[:12]}")
        return line[-1]

    def list(self) -> Sequence[ModelCard]:
        """The cards of all models, oldest first."""
        folders = [path for path in self.root.glob("*") if path.is_dir() and not path.name.startswith(".")]
        return sorted((read_card(path) for path in folders), key=lambda card: card.created_at)

    def path(self, model_id: str) -> Path:
        """The folder of a model: model.onnx, card.json, weights.pt. A unique beginning of the id is enough."""
        if len(model_id) < 6 or not model_id.isalnum():
            raise ModelError(f"a model is named by at least the first 6 characters of its id, got {model_id!r}")
        matches = [path for path in self.root.glob(f"{model_id}*") if path.is_dir()]
        if len(matches) != 1:
            raise ModelError(f"registry {self.root}: {len(matches)} models begin with {model_id!r}, expected 1")
        return matches[0]
