"""``gilbench completion``: a script with which a shell completes commands and options."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gilbench.commands._arguments import verbs_of
from gilbench.commands._exit_codes import OK

if TYPE_CHECKING:
    from gilbench.commands._arguments import Commands

# The script of each shell; the words come from the parser, so that they are never out of date.
BASH = """\
_gilbench() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" verb="${{COMP_WORDS[1]}}" names="" options=""
  COMPREPLY=()
  case "$verb" in
{options}
  esac
  case "$COMP_CWORD:$verb" in
    1:*) names="{verbs}" ;;
{names}
  esac
  case "$verb:${{COMP_WORDS[COMP_CWORD-1]}}" in
{values}
  esac
  [[ $word == -* && $COMP_CWORD -gt 1 ]] && names="$options"
  [[ -n $names ]] && COMPREPLY=($(compgen -W "$names" -- "$word"))
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
    command.set_defaults(command=run, verbs=commands.choices)


def run(arguments: argparse.Namespace) -> int:
    verbs = {name: _words_of(verb) for name, verb in arguments.verbs.items()}
    _add_known_names(verbs)
    if arguments.shell == "fish":
        print(_fish(verbs))
        return OK
    options, names, values = [], [], []
    for name, words in verbs.items():
        options.append(f'    {name}) options="{" ".join(words.options)}" ;;')
        if words.names:
            names.append(f'    2:{name}) names="{" ".join(words.names)}" ;;')
        for option, choices in words.options.items():
            if choices:
                values.append(f'    {name}:{option}) names="{" ".join(choices)}" ;;')
    template = ZSH if arguments.shell == "zsh" else BASH
    script = template.format(
        verbs=" ".join(verbs),
        options="\n".join(options),
        names="\n".join(names),
        values="\n".join(values),
    )
    print(script, end="")
    return OK


def _add_known_names(verbs: dict[str, _Words]) -> None:
    """Names that the verbs check themselves, so that a wrong one is answered by the nearest."""
    from gilbench.claims.registry import all_claims
    from gilbench.commands.list import KINDS, MORE_KINDS
    from gilbench.plan.profiles import PROFILES
    from gilbench.report import exports

    claims = tuple(claim.id for claim in all_claims())
    values = {"--profile": tuple(PROFILES), "--claim": claims, "--format": tuple(exports.names())}
    for words in verbs.values():
        for option in words.options.keys() & values.keys():
            words.options[option] = values[option]
    verbs["list"].names = (*KINDS, *MORE_KINDS)
    verbs["explain"].names = claims


@dataclass
class _Words:
    """What may follow a verb.

    Attributes:
        options: Each option with the values that it can have; none where any will do.
        names: What may stand right after the verb: the verbs within it, or a choice.
    """

    options: dict[str, tuple[str, ...]] = field(default_factory=dict)
    names: tuple[str, ...] = ()


def _words_of(verb: argparse.ArgumentParser) -> _Words:
    """The options of a verb and of the verbs within it, and the names that may follow it."""
    words = _Words()
    for action in verb._actions:  # argparse has no public way to list them
        if action.help == argparse.SUPPRESS:
            continue
        choices = tuple(map(str, action.choices or ()))
        for option in action.option_strings:
            if option.startswith("--"):
                words.options[option] = choices
        if not action.option_strings:
            words.names += choices
    for within in verbs_of(verb).values():
        words.options |= _words_of(within).options
    return words


def _fish(verbs: dict[str, _Words]) -> str:
    lines = [f"complete -c gilbench -n __fish_use_subcommand -fa '{' '.join(verbs)}'"]
    for verb, words in verbs.items():
        follows = f"complete -c gilbench -n '__fish_seen_subcommand_from {verb}'"
        if words.names:
            lines.append(f"{follows} -fa '{' '.join(words.names)}'")
        for option, choices in words.options.items():
            values = f" -xa '{' '.join(choices)}'" if choices else ""
            lines.append(f"{follows} -l {option.removeprefix('--')}{values}")
    return "\n".join(lines)
