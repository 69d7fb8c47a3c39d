"""`halfrate init`: an empty database, and where the settings are looked for."""

from __future__ import annotations

import click

from engine.cli.invocation import Invocation, common, pass_invocation
from engine.cli.outcome import DONE
from engine.cli.output import emit


@click.command()
@common
@pass_invocation
def init(invocation: Invocation) -> int:
    """Make an empty database, if there is none yet; says where the settings are looked for."""
    from engine.settings import default_config_path

    workspace = invocation.workspace
    opened = invocation.prepare(create=True)
    place = workspace.settings_path or default_config_path()
    made = "a new database" if opened.created else "the database that is there already"
    if workspace.settings_path:
        settings = f"settings: {place}"
    else:
        settings = f"settings: the defaults; {place} would be read, or what --config or HALFRATE_CONFIG names"
    document = {
        "path": str(workspace.path),
        "created": opened.created,
        "identity": opened.db.identity,
        "settings": str(workspace.settings_path) if workspace.settings_path else None,
        "settings_looked_for": str(place),
    }
    emit(invocation, document, [f"{workspace.path}: {made}", settings])
    return DONE
