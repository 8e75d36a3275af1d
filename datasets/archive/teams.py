"""Which team an officer belongs to: a supervisor sees the figures of their own team."""

import sqlalchemy as sa

from cargoscope.datasets.archive.database import now, writing
from cargoscope.datasets.archive.tables import officers
from cargoscope.datasets.archive.tables_competence import memberships
from cargoscope.errors import ArchiveError, NotFoundError

NO_TEAM = ""


class Teams:
    """Memberships; the latest of an officer counts. Whoever was never put into a team is in the one without a name."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, officer: str, team: str, by: str) -> None:
        """Put an officer into a team; "" takes them out of any."""
        if len(team) > 64:
            raise ArchiveError(f"the name of a team has at most 64 characters, got {len(team)}")
        with writing(self._engine) as connection:
            if connection.execute(sa.select(officers.c.name).where(officers.c.name == officer)).first() is None:
                raise NotFoundError(f"no officer named {officer!r}")
            row = {"officer": officer, "team": team.strip(), "set_by": by, "set_at": now()}
            connection.execute(memberships.insert().values(row))

    def teams(self) -> dict[str, str]:
        """The team of every officer, by name."""
        with self._engine.connect() as connection:
            names = connection.execute(sa.select(officers.c.name).order_by(officers.c.name)).scalars()
            team_of = dict.fromkeys(names, NO_TEAM)
            for row in connection.execute(sa.select(memberships).order_by(memberships.c.seq)):
                team_of[row.officer] = row.team
        return team_of

    def with_(self, officer: str) -> tuple[str, ...]:
        """Everybody in the officer's team, the officer included."""
        team_of = self.teams()
        return tuple(name for name, team in team_of.items() if team == team_of.get(officer, NO_TEAM))
