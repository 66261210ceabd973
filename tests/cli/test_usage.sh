#!/bin/bash
# TAP: what every command owes its user, whatever it does.
. "$BV_SOURCE/tests/cli/tap.sh"

exits 64 'no command is a question of usage' "$bv"
says 'Commands:'
exits 0 'help' "$bv" --help
exits 0 'version' "$bv" --version
exits 64 'an unknown command' "$bv" frobnicate
says "there is no command 'frobnicate'"
exits 64 'an unknown option' "$bv" manual --frobnicate
says 'there is no option --frobnicate'
says 'bangvang manual --help'
exits 64 'an option without its value' "$bv" manual --pages
says '--pages needs a value'
exits 64 'a flag with a value' "$bv" manual --completion=yes
exits 64 'an option given twice' "$bv" manual --pages a --pages b
exits 64 'an operand too many' "$bv" manual extra
commands=$("$bv" --help | sed -n 's/^  \([a-z]*\( [a-z]*\)\?\)  .*/\1/p')
[ "$(wc -l <<<"$commands")" -ge 1 ]
ok $? 'there are commands'
while read -r c; do
	exits 0 "$c --help" "$bv" $c --help
	says 'Usage: bangvang'
	exits 64 "$c refuses an unknown option" "$bv" $c --no-such-option
done <<<"$commands"

# Half a document must not look like a whole one.
exits 3 'an output that cannot be written' bash -c '"$1" --help >/dev/full' bash "$bv"
says 'the output cannot be written'
finish
