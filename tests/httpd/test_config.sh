# The configuration: every key once, by its range, with file and line of what is wrong.
. "$BV_SOURCE/tests/cli/tap.sh"
d=$BV_BUILD/tools/httpd/bangvangd
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
file() { printf "$1" >c; }

exits 0 'all defaults are good' $d --check
exits 0 'and are printed' $d --print-config
$d --print-config >printed
exits 0 'what is printed can be read' $d --config printed --check
exits 0 'and prints itself' cmp printed <($d --config printed --print-config)
[ "$(grep -c '^[a-z_]* = ' printed)" -gt 30 ] && [ "$(grep -c '^# ' printed)" -gt 60 ]
ok $? 'each key is explained in two languages'
[ "$(sed -n 's/^\([a-z_]*\) = .*/\1/p' printed | sort | uniq -d | wc -l)" -eq 0 ]
ok $? 'no key stands twice'
for key in $(sed -n 's/^\([a-z_]*\) = .*/\1/p' printed); do
	grep -q "\`$key\`" "$BV_SOURCE/doc/server.md" || { out=$key; bad_key=1; }
done
[ -z "${bad_key:-}" ]
ok $? 'doc/server.md has every key'

file '# a comment\n\n  threads = 4  \nlisten=[::1]:0\r\ndb = sqlite:a b.db'
exits 0 'comments, empty lines, spaces, CR LF' $d --config c --print-config
says 'threads = 4'
says 'listen = [::1]:0'
says 'db = sqlite:a b.db'
while IFS='|' read -r text line message; do
	file "$text"
	exits 2 "refused: $text" $d --config c --check
	says "c:$line: $message"
done <<'END'
thread = 4|1|there is no key 'thread'
\nthreads = 4\nthreads = 4|3|threads is given twice
threads = 0|1|threads: '0' is not a whole number from 1 to 64
threads = 65|1|threads: '65' is not
threads = 4x|1|threads: '4x' is not
threads =|1|threads: '' is not
threads|1|a line is: key = value
= 4|1|there is no key ''
second_factor = perhaps|1|second_factor: 'perhaps' is none of: no, yes
rate_page = 5|1|rate_page: '5' is no rate
rate_page = 5/h burst 2|1|rate_page: '
rate_page = 0/s burst 2|1|rate_page: '
rate_page = 5/s burst 0|1|rate_page: '
rate_page = 5/s burst 2 x|1|rate_page: '
rate_page = 1000001/s burst 2|1|rate_page: '
listen =|1|listen: the value must have 1 to 300 bytes
END
for t in 1 64; do file "threads = $t"; exits 0 "threads = $t is good" $d --config c --check; done
file 'rate_page = 1000000/s burst 10000000'
exits 0 'the highest rate' $d --config c --check
file 'listen = \xff'
exits 2 'bytes that are not UTF-8' $d --config c --check
file 'tls_certificate = x'
exits 2 'a certificate without its key' $d --config c --check
says 'belong together'
file 'public_url = thi.example.vn'
exits 2 'a public_url without a scheme' $d --config c --check
file 'public_url = https://thi.example.vn/'
exits 2 'a public_url with a path' $d --config c --check
file 'public_url = https://thi.example.vn:8443'
exits 0 'one with a port' $d --config c --check
file 'header_max = 10000\nconnection_memory = 12288'
exits 2 'a header that does not leave memory for the answer' $d --config c --check
says 'it is 9216 at most'
file 'header_max = 9216\nconnection_memory = 12288'
exits 0 'the largest that does' $d --config c --check
while IFS='|' read -r text message; do
	file "$text"
	exits 2 "refused before the server starts: $text" $d --config c --check
	says "bangvangd: $message"
done <<'END'
listen = 127.0.0.1|listen: '127.0.0.1' is not ADDRESS:PORT
listen = here:80|listen: 'here:80' is no address
listen = 127.0.0.1:65536|listen: '127.0.0.1:65536' is not
listen = unix:|listen: 'unix:': the path
db = mysql://u:secret@h/d|db: 'mysql://…' is no database that is known
ledger = http://h/d|ledger: 'http://…' is no database that is known
trusted_proxies = 10.0.0.1 10.0.0.0/8|trusted_proxies: '10.0.0.0/8' is no address
trusted_proxies = 1::1 1::1 1::1 1::1 1::1 1::1 1::1 1::1 1::1 1::1 1::1 1::1 1::1 1::1 1::1 1::1 1::1|trusted_proxies: more than 16
ledger_origin = my exams|ledger_origin: 'my exams' is no name of a log
ledger_origin = a+b|ledger_origin: 'a+b' is no name
ledger_origin = đề|ledger_origin: 'đề' is no name
END
file 'listen = unix:/run/bv.sock\ntrusted_proxies = 1::1 10.0.0.1\nledger_origin = thi.example.vn/2026\ndb = postgresql://h/d\n'
exits 0 'their like that are good' $d --config c --check
yes '# x' | head -c 70000 >c
exits 2 'a file that is too large' $d --config c --check
exits 2 'no such file' $d --config none --check

file 'listen = 127.0.0.1:1\ndb = sqlite:file.db'
exits 0 'the environment comes before the file' env BANGVANG_DB=sqlite:environment.db $d --config c --print-config
says 'db = sqlite:environment.db'
exits 0 'the command line before the environment' env BANGVANG_DB=sqlite:environment.db $d --config c --db sqlite:line.db --listen 127.0.0.1:2 --print-config
says 'db = sqlite:line.db'
says 'listen = 127.0.0.1:2'
exits 64 'an option that there is not' $d --threads 4
exits 64 'an option without its value' $d --db
exits 64 'an option twice' $d --db a --db b
exits 0 'the release' $d --version
says 'bangvangd '
exits 0 'help' $d --help
says 'usage: bangvangd'
exits 2 'an address that is none' $d --db "sqlite:$work/x.db" --listen localhost:80
says "no address"
exits 2 'a port that is none' $d --db "sqlite:$work/x.db" --listen 127.0.0.1:65536
exits 3 'a database that cannot be made' $d --db "sqlite:$work/none/x.db" --listen 127.0.0.1:0
exits 2 'a proxy that is no address' $d --config <(echo 'trusted_proxies = 127.0.0.1 proxy') --db "sqlite:$work/x.db" --listen 127.0.0.1:0
says "trusted_proxies: 'proxy' is no address"
finish
