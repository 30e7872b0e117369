"""What is known of users and groups: names and members in the catalogue, the rest kept beside it.

A role is a group whose name begins with an underscore. Groups may be in groups; the catalogue, which knows users in
groups only, is told of everybody who is in a group by way of another, too, so that access entries hold for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

ADMINISTRATOR = "_administrator"
"""The role of those who may do everything."""

RUN_AS = "_run_as"
"""The role of those who may act for others."""

_TOPICS: tuple[str, ...] = (
    "accesscontrol",
    "collection",
    "export",
    "file",
    "group",
    "import",
    "item_id",
    "job",
    "library",
    "log",
)
_TOPICS += (
    "metadata",
    "metadata_field_group",
    "notification",
    "search",
    "shape",
    "storage",
    "thumbnail",
    "user",
)

ROLES = (
    ADMINISTRATOR,
    RUN_AS,
    "_special_all",
    "_super_access_user",
    "_transcoder",
    *(f"_{topic}_{right}" for topic in _TOPICS for right in ("read", "write")),
)
"""The roles that are always there."""

USER, GROUP = "user", "group"  # kinds in the keeping


@dataclass(slots=True)
class Person:
    """A user.

    Args:
        name: unique.
        password: empty: nobody can come in with it.
        real_name: for people.
        disabled: whether they may not come in.
        created: moment, ISO 8601.
        metadata: key → values, whatever clients keep with a user.
        aliases: names that they may come in with, too.
    """

    name: str
    password: str = ""
    real_name: str = ""
    disabled: bool = False
    created: str = ""
    metadata: dict[str, list[str]] | None = None
    aliases: list[str] | None = None


@dataclass(slots=True)
class Team:
    """A group or role.

    Args:
        name: unique; that of a role begins with an underscore.
        description: for people.
        users: names of those who are in it themselves.
        groups: names of the groups in it.
        metadata: key → values, whatever clients keep with a group.
    """

    name: str
    description: str = ""
    users: list[str] | None = None
    groups: list[str] | None = None
    metadata: dict[str, list[str]] | None = None

    @property
    def role(self) -> bool:
        """Whether it is a role."""
        return self.name.startswith("_")


class People:
    """The users and groups of a site; what was added to the catalogue itself is among them."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def users(self) -> list[Person]:
        """All users, by name."""
        kept = self._site.keeping.all(USER)
        known = {user.name: user for user in self._site.catalogue.users()}
        people = []
        for name in sorted(kept.keys() | known.keys()):
            person = Person(**({"name": name} | kept.get(name, {})))
            if name in known and not person.real_name:
                person.real_name = known[name].real_name
            people.append(person)
        return people

    def user(self, name: str) -> Person | None:
        """The user of this name; None when there is none."""
        kept = self._site.keeping.get(USER, name)
        if kept is not None:
            return Person(**({"name": name} | kept))
        return next((person for person in self.users() if person.name == name), None)

    def called(self, name: str) -> Person | None:
        """The user of this name or alias; None when there is none."""
        if (person := self.user(name)) is not None:
            return person
        return next((one for one in self.users() if name in (one.aliases or ())), None)

    def remove_user(self, name: str) -> None:
        """Remove a user, also from the groups they are in."""
        self.put_into_groups(name, ())
        self._site.keeping.delete(USER, name)
        self._site.catalogue.remove_user(name)

    def keep_user(self, person: Person) -> None:
        """Add a user, or change one."""
        self._site.catalogue.add_user(person.name, real_name=person.real_name)
        self._site.keeping.put(USER, person.name, asdict(person))

    def groups(self) -> list[Team]:
        """All groups and roles, by name."""
        kept = self._site.keeping.all(GROUP)
        known = {group.name: group for group in self._site.catalogue.groups()}
        names = sorted({*kept, *known, *ROLES})
        return [self._team(name, kept.get(name), known.get(name)) for name in names]

    def group(self, name: str) -> Team | None:
        """The group of this name; None when there is none."""
        return next((team for team in self.groups() if team.name == name), None)

    @staticmethod
    def _team(name: str, kept: Any, known: Any) -> Team:
        if kept is not None:
            return Team(**({"name": name} | kept))
        return Team(name, known.description, list(known.members)) if known else Team(name)

    def keep_group(self, team: Team) -> None:
        """Add a group, or change it."""
        self._site.keeping.put(GROUP, team.name, asdict(team))
        teams = {each.name: each for each in self.groups()}
        known = {group.name: group for group in self._site.catalogue.groups()}
        for each in teams.values():
            members, there = sorted(_everybody(each, teams)), known.get(each.name)
            as_there = there and (sorted(there.members), there.description) == (members, each.description)
            if not as_there and (members or there or not each.role):
                self._site.catalogue.add_group(each.name, description=each.description, members=members)

    def remove_group(self, team: Team) -> None:
        """Remove a group, also from the groups it is in."""
        self._site.keeping.delete(GROUP, team.name)
        self._site.catalogue.remove_group(team.name)
        for other in self.groups():
            if team.name in (other.groups or ()):
                other.groups = [name for name in other.groups or () if name != team.name]
                self.keep_group(other)

    def groups_of(self, user: str, *, indirect: bool = True) -> list[Team]:
        """The groups a user is in.

        Args:
            user: the name.
            indirect: whether those count that a group of theirs is in.
        """
        teams = {each.name: each for each in self.groups()}
        return [
            team
            for team in teams.values()
            if user in (_everybody(team, teams) if indirect else team.users or ())
        ]

    def put_into_groups(self, user: str, names: Iterable[str]) -> None:
        """Let a user be in exactly these groups; those that are not there are made."""
        wanted = set(names)
        teams = self.groups()
        for team in [*teams, *(Team(name) for name in wanted - {team.name for team in teams})]:
            if (user in (team.users or ())) is not (team.name in wanted):
                others = {each for each in team.users or () if each != user}
                team.users = sorted(others | {user} if team.name in wanted else others)
                self.keep_group(team)

    def above(self, name: str) -> set[str]:
        """The groups that a group is in, also by way of others."""
        found, new = set[str](), {name}
        teams = self.groups()
        while new:
            found |= new
            new = {team.name for team in teams if found & set(team.groups or ())} - found
        return found - {name}

    def below(self, name: str) -> list[Team]:
        """The groups in a group, also by way of others, by name."""
        return [team for team in self.groups() if name in self.above(team.name)]

    def members(self, name: str) -> set[str]:
        """Who is in a group, also by way of groups in it; nobody when there is no such group."""
        teams = {team.name: team for team in self.groups()}
        return _everybody(teams[name], teams) if name in teams else set()

    def is_administrator(self, user: str) -> bool:
        """Whether they may do everything."""
        return self.has_role(user, ADMINISTRATOR)

    def has_role(self, user: str, role: str) -> bool:
        """Whether a user has a role, as such or by a group."""
        kept = self._site.keeping.get(GROUP, role) or {}  # nearly always it says so, and quickly
        return user in (kept.get("users") or ()) or any(team.name == role for team in self.groups_of(user))


def _everybody(team: Team, teams: dict[str, Team], above: Iterable[str] = ()) -> set[str]:
    """Who is in a group, also by way of groups in it."""
    found = set(team.users or ())
    for name in team.groups or ():
        if name in teams and name not in above:
            found |= _everybody(teams[name], teams, {*above, team.name})
    return found
