#!/usr/bin/env python3
"""Pages and their files: codings, caching, languages, the policy that admits what stands in them, and nothing of a page that it would refuse."""
import base64, gzip, hashlib, html.parser, json, re
from daemon import Daemon, check, finish

PAGES = ('/', '/staff', '/exam', '/proctor', '/admin', '/verify', '/about')


class Parts(html.parser.HTMLParser):
    """What a page names and has in it."""

    def __init__(self, text):
        super().__init__()
        self.scripts, self.styles, self.given, self.files, self.bad, self.inside = [], [], [], [], [], None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        self.bad += [f'<{tag} {k}>' for k in a if k.startswith('on') or k == 'style']
        self.bad += [f'{k}={v}' for k, v in a.items() if (v or '').lower().startswith('javascript:')]
        self.files += [v for k, v in a.items() if k in ('src', 'href') and v.startswith('/a/')]
        self.inside = (self.given if a.get('type') == 'application/json' else self.scripts if not a.get('src') else None) if tag == 'script' else self.styles if tag == 'style' else None
        if self.inside is not None:
            self.inside.append('')

    def handle_data(self, data):
        if self.inside is not None:
            self.inside[-1] += data

    def handle_endtag(self, tag):
        self.inside = None


def hashes(policy, directive):
    return set(re.findall(r"'(sha256-[^']+)'", re.search(rf'{directive} ([^;]*)', policy)[1]))


def of(text):
    return 'sha256-' + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_pages(c):
    files, used = set(), {'script-src': set(), 'style-src': set()}
    for path in PAGES:
        for lang in ('vi', 'en'):
            a = c('GET', f'{path}?lang={lang}')
            text = a.body.decode()
            parts = Parts(text)
            check(a.status == 200 and a.field('Content-Type') == 'text/html; charset=utf-8' and a.field('Content-Language') == lang and f'<html lang="{lang}">' in text and
                  '<main' in text and re.search(r'<title>[^<]+ – Bảng Vàng</title>', text), f'{path} in {lang}', a)
            policy = a.field('Content-Security-Policy')
            for directive, found in (('script-src', parts.scripts), ('style-src', parts.styles)):
                mine = {of(t) for t in found}
                used[directive] |= mine
                check(mine <= hashes(policy, directive), f'{path} in {lang}: what stands in it is admitted by {directive}', policy)
            check(not parts.bad, f'{path}: nothing that the policy refuses', parts.bad)
            check(all(json.loads(g)['language'] == lang for g in parts.given), f'{path}: the words of its script are in {lang}')
            files |= set(parts.files)
    for directive, mine in used.items():
        check(hashes(policy, directive) == mine, f'{directive} admits what stands in pages, and no more', (policy, mine))
    return files


def test_files(c, files):
    check(len(files) > 3, 'pages name files', files)
    for path in sorted(files):
        plain = c('GET', path)
        check(plain.status == 200 and not plain.field('Content-Encoding') and plain.field('Cache-Control') == 'public, max-age=31536000, immutable' and
              'Accept-Encoding' in [v for k, v in plain.fields if k == 'Vary'], f'{path} is there for a year', plain)
        packed = c('GET', path, Accept_Encoding='deflate, GZIP;q=0.5')
        check(packed.field('Content-Encoding') in ('gzip', None) and (gzip.decompress(packed.body) if packed.field('Content-Encoding') else packed.body) == plain.body,
              f'{path} compressed is the same', packed)
        br = c('GET', path, Accept_Encoding='gzip, deflate, br')
        check(br.field('Content-Encoding') == 'br' and len(br.body) < len(packed.body) < len(plain.body) or not br.field('Content-Encoding'), f'{path}: Brotli is the smallest', br)
        check(len({plain.field('ETag'), packed.field('ETag'), br.field('ETag')}) == len({plain.body, packed.body, br.body}), f'{path}: each coding has a tag of its own')
        check(c('GET', path, If_None_Match=plain.field('ETag')).status == 304, f'{path}: 304 for who has it')
        no = c('GET', path, Accept_Encoding='br;q=0, gzip;q=0')
        check(not no.field('Content-Encoding') and no.body == plain.body, f'{path}: not compressed for who wants none')
        if not path.endswith('.svg'):
            check(b'innerHTML' not in plain.body and b'eval(' not in plain.body or b'dangerouslySetInnerHTML' in plain.body, f'{path} makes no HTML of text')
    for path in ('/a/none.js', '/a/..', '/a/', '/a/base.css', '/a/' + 'x' * 65):
        check(c('GET', path).status == 404, f'{path[:20]} is not there')


def test_languages(d):
    def lang(c, path='/staff', **fields):
        return c('GET', path, **fields).field('Content-Language')

    c = d.client()
    check(lang(c) == 'vi' and lang(c, Accept_Language='fr') == 'vi', 'Vietnamese unless something else is wanted')
    check(lang(c, Accept_Language='en') == 'en' and lang(c, Accept_Language='en;q=0.4, vi;q=0.5') == 'vi', 'as the browser wants it')
    a = c('GET', '/staff?lang=en')
    check(a.field('Content-Language') == 'en' and 'Path=/' in a.field('Set-Cookie') and c.cookies['lang'] == 'en', 'who chooses is remembered', a)
    check(lang(c, Accept_Language='vi') == 'en' and lang(c, '/', Accept_Language='vi') == 'en', 'on every page')
    check(lang(c, '/staff?lang=vi') == 'vi' and lang(c, Accept_Language='en') == 'vi', 'until he chooses again')
    check(c('GET', '/staff?lang=fr').status == 422 and c('GET', '/staff?x=1').status == 422, 'other languages and parameters are refused')
    check(lang(d.client(), Cookie='lang=xx', Accept_Language='en') == 'en' and lang(d.client(), Cookie='lang=en; lang=en') == 'vi', 'a cookie of somebody else\'s making means nothing')
    a = d.client()('GET', '/staff', Accept_Encoding='gzip')
    b = d.client()('GET', '/staff')
    check(a.field('Content-Encoding') == 'gzip' and gzip.decompress(a.body) == b.body and a.field('ETag') != b.field('ETag'), 'shells are compressed too')
    br = d.client()('GET', '/staff', Accept_Encoding='gzip, br')
    check(br.field('Content-Encoding') == 'br' and len(br.body) < len(a.body) and len({x.field('ETag') for x in (a, b, br)}) == 3, 'smaller still by Brotli', br)
    check({'Cookie', 'Accept-Encoding', 'Accept-Language'} <= {v for k, v in br.fields if k == 'Vary'}, 'and a cache knows what they depend on', br)
    check(d.client()('GET', '/staff', If_None_Match=b.field('ETag')).status == 304, 'and have tags')
    check(d.client()('HEAD', '/staff').status == 200 and d.client()('POST', '/staff', {}).status == 405, 'a page is read only')


with Daemon(rate_page='1000/s burst 1000') as d:
    test_files(d.client(), test_pages(d.client()))
    test_languages(d)
finish()
