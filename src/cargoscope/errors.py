"""Every error that Cargoscope raises on purpose. Caught only at the edges (service, cli, ui)."""


class CargoscopeError(Exception):
    """The root of the tree: a sentence that says what, which one, expected and got."""


class ScanError(CargoscopeError):
    """A scan, a view or an image file breaks a rule."""


class LimitError(ScanError):
    """An input is larger than the limits allow; raised before anything is decoded."""


class DetectionError(CargoscopeError):
    """Columns of detections do not fit together."""


class ReviewError(CargoscopeError):
    """A decision or an outcome breaks a rule, or names a finding that is not there."""


class TaxonomyError(CargoscopeError):
    """A kind of contraband is unknown or badly described."""


class ModelError(CargoscopeError):
    """A model file, its card or the registry is not what it should be, or a provider was not given."""


class RecipeError(CargoscopeError):
    """A training recipe has an unknown key or a value out of range."""


class TrainingError(CargoscopeError):
    """A training run cannot go on."""


class SimulationError(CargoscopeError):
    """A simulated scene or a scanner profile is impossible."""


class TruthError(CargoscopeError):
    """A description of what a scan really holds breaks a rule, or its file cannot be read."""


class LabelError(CargoscopeError):
    """A file of labels breaks the rules of its format, or names a class that nobody mapped."""


class MetadataError(CargoscopeError):
    """What a station writes beside a scan cannot be read, or contradicts itself."""


class SettingsError(CargoscopeError):
    """A setting of this machine is missing or out of range."""


class ArchiveError(CargoscopeError):
    """The archive cannot take or give a record."""


class ConflictError(ArchiveError):
    """The archive already holds something else under that name."""


class NotFoundError(ArchiveError):
    """The archive holds nothing under that name."""


class AuthError(CargoscopeError):
    """A name, password, key or session was not accepted."""


class PasswordError(CargoscopeError):
    """A new password is too weak, or the old one."""


class ForbiddenError(AuthError):
    """Whoever asks is known, but may not do this, or not yet."""


class ThrottledError(AuthError):
    """Too many wrong passwords; try again later."""


class ServiceError(CargoscopeError):
    """The service refused a call or could not be reached."""


class RefusedError(ServiceError):
    """The service will not take this, however often it is sent."""
