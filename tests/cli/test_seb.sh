#!/bin/bash
# TAP: configurations of Safe Exam Browser, written, read back by Python's plistlib, opened under a password; and those of others where they are (BV_REF/seb).
. "$BV_SOURCE/tests/cli/tap.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
printf 'bỏ thi\r\nx' >quit
echo 'mật khẩu' >password
echo sai >wrong
key=$(printf 'a%.0s' $(seq 64))

exits 0 'a configuration' "$bv" seb new --sitting thi-sang --url https://thi.example.vn/ --out seb --vietnamese-typing --quit-password quit --browser-keys "$key, ${key//a/b}"
says 'Config Key '
exits 2 'is not replaced unless it is to be' "$bv" seb new --sitting thi-sang --url https://thi.example.vn --out seb
exits 64 'a name that is none' "$bv" seb new --sitting ../x --url https://thi.example.vn --out seb
exits 2 'an address that is none' "$bv" seb new --sitting x --url thi.example.vn --out seb
says 'begins with https://'
exits 2 'a key that is none' "$bv" seb new --sitting x --url https://thi.example.vn --out seb --browser-keys "${key}0"
says 'is no key'
python3 - <<'END'
import hashlib, plistlib
with open('seb/thi-sang.seb', 'rb') as f:
    p = plistlib.load(f)
assert p['startURL'] == 'https://thi.example.vn/exam?sitting=thi-sang' and p['quitURL'] == 'https://thi.example.vn/seb-quit', p
assert p['hashedQuitPassword'] == hashlib.sha256('bỏ thi'.encode()).hexdigest(), p
assert p['killExplorerShell'] is True and p['createNewDesktop'] is False and p['sendBrowserExamKey'] is True and p['sebConfigPurpose'] == 0, p
assert p['URLFilterRules'] == [{'action': 1, 'active': True, 'expression': 'thi.example.vn/*', 'regex': False}], p
# The Config Key by another implementation of its rules.
def text(v):
    if isinstance(v, bool): return 'true' if v else 'false'
    if isinstance(v, dict): return '{' + ','.join(f'"{k}":{text(v[k])}' for k in sorted(v, key=lambda k: (k.lower(), k.swapcase()))) + '}'
    if isinstance(v, list): return '[' + ','.join(map(text, v)) + ']'
    return str(v) if isinstance(v, int) else f'"{v}"'
ck = hashlib.sha256(text(p).encode()).hexdigest()
lines = open('seb/thi-sang.keys').read().split('\n')
assert lines[1] == f'config {ck}' and lines[2] == 'browser ' + 'a' * 64 and lines[3] == 'browser ' + 'b' * 64, (ck, lines)
open('ck', 'w').write(ck)
open('hash', 'w').write(hashlib.sha256(('https://thi.example.vn/exam?n=1' + ck).encode()).hexdigest())
END
ok $? 'plistlib reads it, and computes the same key'
exits 0 'shown' "$bv" seb show seb/thi-sang.seb --url 'https://thi.example.vn/exam?n=1#x' --json
json "d['configKey'] == '$(cat ck)' and d['configKeyHash'] == '$(cat hash)' and d['hashed'].startswith('{\"allowPreferencesWindow\":false')"

exits 0 'under a password' "$bv" seb new --sitting kin --url https://thi.example.vn --out seb --password password --json
exits 1 'it is not read without' "$bv" seb show seb/kin.seb
says 'under a password'
exits 1 'nor with another' "$bv" seb show seb/kin.seb --password wrong
says 'wrong'
"$bv" seb show seb/kin.seb --password password --plist >plist
"$bv" seb new --sitting kin --url https://thi.example.vn --out plain >/dev/null
cmp plist plain/kin.seb
ok $? 'with it, it is the same'
cmp seb/kin.keys plain/kin.keys
ok $? '  and so is its key'
finish
