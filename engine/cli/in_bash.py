"""Completion in bash, for words with a colon: `latest:2026-03` is one word to us, and three to bash, which ends words at colons.

Bash hands over its words cut at what COMP_WORDBREAKS holds, and puts what it is offered in the place of the last piece. So the
line itself is cut here, as a shell cuts a command; and of what is offered the part before the last colon is left out there.
"""

import os

from click.shell_completion import BashComplete, add_completion_class, split_arg_string

SOURCE = """\
%(complete_func)s() {
    local IFS=$'\\n' response completion type value word
    word="${COMP_LINE:0:COMP_POINT}"
    response=$(env COMP_LINE="$word" %(complete_var)s=bash_complete "$1")

    for completion in $response; do
        IFS=',' read -r type value <<< "$completion"

        if [[ $type == 'dir' ]]; then
            COMPREPLY=()
            compopt -o dirnames
        elif [[ $type == 'file' ]]; then
            COMPREPLY=()
            compopt -o default
        elif [[ $type == 'plain' ]]; then
            COMPREPLY+=("$value")
        fi
    done

    word="${word##*[[:space:]]}"
    if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
        word="${word%%"${word##*:}"}"
        COMPREPLY=("${COMPREPLY[@]#"$word"}")
    fi
    return 0
}

%(complete_func)s_setup() {
    complete -o nosort -F %(complete_func)s %(prog_name)s
}

%(complete_func)s_setup;
"""
END = "\x1f"
"""Put at the end of the line, so that the last word is there, and whole, also where nothing of it is typed."""


@add_completion_class
class InBash(BashComplete):
    """What bash runs, and how it asks; one that was set up by an earlier version asks by words."""

    source_template = SOURCE

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is typed, and that one so far."""
        line = os.environ.get("COMP_LINE")
        if line is None:
            return super().get_completion_args()
        *words, last = split_arg_string(line + END)
        return words[1:], last.removesuffix(END)
