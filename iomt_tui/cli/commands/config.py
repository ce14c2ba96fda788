"""``iomt-tui config``: where the configuration is, what is in force, whether it is right, and a first one."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.paths import config_file

if TYPE_CHECKING:
    from iomt_tui.cli.config import Config


def run(args: Namespace) -> int:
    """Runs ``config path``, ``show``, ``validate`` or ``init``."""
    return {"path": _path, "show": _show, "validate": _validate, "init": _init}[args.action]()


def _path() -> int:
    print(config_file())
    return Exit.OK


def _show() -> int:
    from iomt_tui.cli.config import Config
    from iomt_tui.cli.config_file import Loaded, load
    from iomt_tui.cli.config_text import in_force

    path = config_file()
    loaded = load(path) if path.exists() else Loaded(Config(), {})
    for problem in loaded.problems:
        print(problem, file=sys.stderr)
    print(f"# {path}" if path.exists() else f"# {path} does not exist: these are the defaults")
    print("\n".join(in_force(loaded.config, loaded.given)).rstrip())
    return Exit.FOUND if loaded.problems else Exit.OK


def _validate() -> int:
    from iomt_tui.cli.config_file import load

    path = config_file()
    if not path.exists():
        raise CliError(f"there is no configuration at {path}; 'iomt-tui config init' writes one", Exit.CONFIG)
    loaded = load(path)
    problems = [*map(str, loaded.problems), *(f"{path}: {words}" for words in _keys_and_theme(loaded.config))]
    for problem in problems:
        print(problem)
    if not problems:
        print(f"{path} is valid")
    return Exit.FOUND if problems else Exit.OK


def _keys_and_theme(config: Config) -> list[str]:
    """What only the screen's own tables can tell: keys that cannot count, and a theme that is not there."""
    from iomt_tui.cli.paths import theme_dir
    from iomt_tui.tui.keymap import validate_keymap
    from iomt_tui.tui.theming import load_themes

    problems = list(validate_keymap(config.keymap)[1])
    loaded = load_themes((theme_dir(),))
    problems += [str(failure) for failure in loaded.failed]
    if config.display.theme and config.display.theme not in loaded.themes:
        problems.append(f"theme: there is no {config.display.theme!r}; there are {', '.join(sorted(loaded.themes))}")
    return problems


def _init() -> int:
    from iomt_tui.cli.config_text import template

    path = config_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with open(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
            file.write(template())
    except FileExistsError:
        raise CliError(f"{path} exists and was left as it is; 'iomt-tui config show' prints it", Exit.CONFIG) from None
    except OSError as error:
        raise CliError(f"{path} cannot be written: {error.strerror}", Exit.CONFIG) from error
    print(f"wrote {path}; every setting in it is described and commented out")
    return Exit.OK
