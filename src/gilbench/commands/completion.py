"""``gilbench completion``: a script with which a shell completes commands and options."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gilbench.commands._common import OK, verbs_of

if TYPE_CHECKING:
    from gilbench.commands._common import Commands

# The script of each shell; the words come from the parser, so that they are never out of date.
BASH = """\
_gilbench() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" words
  COMPREPLY=()
  case "$COMP_CWORD:${{COMP_WORDS[1]}}" in
    1:*) words="{verbs}" ;;
{cases}
  esac
  if [[ $COMP_CWORD -eq 1 || $word == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  fi
}}
complete -o default -F _gilbench gilbench
"""
ZSH = "autoload -U +X bashcompinit && bashcompinit\n" + BASH
USE = {
    "bash": 'eval "$(gilbench completion bash)"  # in ~/.bashrc',
    "zsh": 'eval "$(gilbench completion zsh)"  # in ~/.zshrc, after compinit',
    "fish": "gilbench completion fish | source  # in ~/.config/fish/config.fish",
}


def add(commands: Commands) -> None:
    command = commands.add_parser(
        "completion",
        help="print a script that completes commands and options",
        epilog="; ".join(USE.values()),
    )
    command.add_argument("shell", choices=sorted(USE), help="the shell that it is for")
    command.set_defaults(command=completion, verbs=commands.choices)


def completion(arguments: argparse.Namespace) -> int:
    options = _options_by_verb(arguments.verbs)
    if arguments.shell == "fish":
        print(_fish(options))
        return OK
    cases = []
    for verb, words in options.items():
        cases.append(f'    *:{verb}) words="{" ".join(words)}" ;;')
    template = ZSH if arguments.shell == "zsh" else BASH
    print(template.format(verbs=" ".join(options), cases="\n".join(cases)), end="")
    return OK


def _options_by_verb(verbs: Mapping[str, argparse.ArgumentParser]) -> dict[str, list[str]]:
    options = {}
    for name, verb in verbs.items():
        options[name] = _options_of(verb)
    return options


def _options_of(verb: argparse.ArgumentParser) -> list[str]:
    """The options of a verb, and of the verbs within it."""
    found: list[str] = []
    for action in verb._actions:  # argparse has no public way to list them
        if action.help == argparse.SUPPRESS:
            continue
        found += [option for option in action.option_strings if option.startswith("--")]
    for within in verbs_of(verb).values():
        found += _options_of(within)
    return list(dict.fromkeys(found))


def _fish(options: dict[str, list[str]]) -> str:
    lines = [f"complete -c gilbench -n __fish_use_subcommand -fa '{' '.join(options)}'"]
    for verb, words in options.items():
        for word in words:
            seen = f"-n '__fish_seen_subcommand_from {verb}'"
            lines.append(f"complete -c gilbench {seen} -l {word.removeprefix('--')}")
    return "\n".join(lines)
